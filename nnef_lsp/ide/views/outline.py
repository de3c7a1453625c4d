"""The outline of a document: fragments and graph with what they define, the model's metadata; of a graph.quant its
entries.

For ten thousand tensors an outline is a matter of bulk: one walk over the segments that counts lines as it goes, and
plain tuples out.

Not here: what an editor draws.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from ...model.analysis.analysis import Analysis
from ...model.analysis.references import Property, properties
from ...model.operations.statement_form import facts_of
from ...model.quantization.analysis import QuantAnalysis
from ...model.statements.outcomes import Outcome
from ...model.values.tensor import Tensor
from ...syntax.lines import units
from ...syntax.segments import CLOSE, FRAGMENT, GRAPH, STATEMENT, Segment
from ...syntax.source import Source
from ...syntax.tokens import unescape
from ..describe import format_shape_of, shortened, value_text
from ..text import tokens as w

DOCUMENT, FRAGMENT_ENTRY, GRAPH_ENTRY, INPUT, VARIABLE, CONSTANT, TENSOR, PROPERTY, QUANTIZATION = (
    "document", "fragment", "graph", "input", "variable", "constant", "tensor", "property", "quantization",
)  # fmt: skip
At = tuple[int, int]
"""Line and column."""
_KINDS = {"input": INPUT, "weights": VARIABLE, "constant": CONSTANT}


class Entry(NamedTuple):
    """Something defined, with where it stands and where its name stands; `children` are those of a body."""

    name: str
    kind: str
    detail: str
    start: At
    end: At
    name_start: At
    name_end: At
    children: list[Entry]


def outline(analysis: Analysis, encoding: str) -> list[Entry]:
    """The entries of a document in order, with columns in the units of an encoding."""
    found: list[Entry] = []
    body: list[Entry] | None = None
    metadata = properties(analysis)
    for segment, line, before in _lines(analysis.source):
        if segment.kind == STATEMENT:
            if metadata and segment is metadata[0].segment and body is not None:
                body.extend(_property(item, line, before, encoding) for item in metadata)
            elif segment.words:
                (found if body is None else body).extend(_statement(analysis, segment, line, before, encoding))
        elif segment.kind in (FRAGMENT, GRAPH):
            entry = _head(segment, line, before, encoding)
            body = None
            if entry is not None:
                found.append(entry)
                body = entry.children if segment.text[-1:] == "{" else None
        elif segment.kind == CLOSE and body is not None:
            found[-1] = found[-1]._replace(end=_position(segment.text, len(segment.text), line, before, encoding))
            body = None
    return found


def quant_outline(quant: QuantAnalysis, encoding: str) -> list[Entry]:
    """The entries of a graph.quant, by tensor."""
    found = []
    for segment, line, before in _lines(quant.source):
        words = w.words_of(segment, "quant") if segment.kind == STATEMENT else []
        if words and words[0].role == w.KEY:
            key, text = words[0], segment.text
            detail = shortened(text[key.end :].lstrip(" :\n\t").rstrip("; \n\t"))
            offsets = (key.start, len(text), key.start, key.end)
            start, end, key_start, key_end = (_position(text, at, line, before, encoding) for at in offsets)
            found.append(Entry(unescape(key.text), QUANTIZATION, detail, start, end, key_start, key_end, []))
    return found


def _property(item: Property, line: int, before: str, encoding: str) -> Entry:
    spans = (*item.span, *item.key_span)
    start, end, key_start, key_end = (_position(item.segment.text, at, line, before, encoding) for at in spans)
    return Entry(item.key, PROPERTY, value_text(item.value), start, end, key_start, key_end, [])


def _lines(source: Source) -> Iterator[tuple[Segment, int, str]]:
    """Every segment with its first line and what stands on that line before it."""
    line, before = 0, ""
    for segment in source:
        yield segment, line, before
        if segment.newlines:
            line += segment.newlines
            before = segment.text[segment.text.rfind("\n") + 1 :]
        else:
            before += segment.text


def _position(text: str, offset: int, line: int, before: str, encoding: str) -> At:
    newline = text.rfind("\n", 0, offset)
    if newline < 0:
        return line, units(before + text[:offset], encoding)
    return line + text.count("\n", 0, offset), units(text[newline + 1 : offset], encoding)


def _head(segment: Segment, line: int, before: str, encoding: str) -> Entry | None:
    name = next((word for word in w.words_of(segment) if word.role == w.DECLARED), None)
    if name is None:
        return None
    kind = FRAGMENT_ENTRY if segment.kind == FRAGMENT else GRAPH_ENTRY
    signature = " ".join(segment.text[name.end :].rstrip("{; \n\t").split())
    start, name_start, name_end, end = (
        _position(segment.text, at, line, before, encoding)
        for at in (segment.blank_start, name.start, name.end, len(segment.text))
    )
    return Entry(name.name, kind, signature if len(signature) < 120 else "", start, end, name_start, name_end, [])


def _statement(analysis: Analysis, segment: Segment, line: int, before: str, encoding: str) -> Iterator[Entry]:
    text = segment.text
    top = facts_of(segment.form).top if segment.form is not None else ""
    operation = analysis.operations.get(top)
    kind = _KINDS.get(operation.traits.kind, TENSOR) if operation is not None else TENSOR
    outcome = segment.facts
    values = outcome.values if isinstance(outcome, Outcome) else ()
    at = len(text) - len(text.lstrip())
    if text[at : at + 1] == "#":
        at = segment.blank_start
    begin = _position(text, at, line, before, encoding)
    simple = text.isascii() and text.find("\n", at) < 0
    end = (begin[0], begin[1] + len(text) - at) if simple else _position(text, len(text), line, before, encoding)
    start = at
    for number, name in enumerate(segment.defines):
        at = max(text.find(name, at), at)
        value = values[number] if number < len(values) else None
        shape = format_shape_of(value) if isinstance(value, Tensor) and value.shape is not None else ""
        detail = f"{top} {shape}" if top and shape else top or shape
        stop = at + len(name)
        if simple:
            first, last = (begin[0], begin[1] + at - start), (begin[0], begin[1] + stop - start)
        else:
            first, last = (_position(text, offset, line, before, encoding) for offset in (at, stop))
        yield Entry(name, kind, detail, begin, end, first, last, [])
        at = stop
