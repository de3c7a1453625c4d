"""The outline of a document: fragments and graph with what they define, the model's metadata; of a graph.quant its
entries.

For ten thousand tensors an outline is a matter of bulk: one walk over the segments that counts lines as it goes, and
plain tuples out.

Not here: what an editor draws.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any, NamedTuple, TypeVar

from ...model.analysis.analysis import Analysis
from ...model.analysis.references import Property, properties
from ...model.operations.statement_form import facts_of
from ...model.quantization.analysis import QuantAnalysis
from ...model.values.tensor import Tensor
from ...syntax.lines import units
from ...syntax.segments import CLOSE, FRAGMENT, GRAPH, STATEMENT, Block, Segment
from ...syntax.tokens import unescape
from ..describe import format_shape_of, shortened, value_text
from ..text import tokens as w
from ..text.blocks import Kept, Piece

T = TypeVar("T")
P = TypeVar("P")

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
    _entries(analysis, encoding, _lines(analysis.source, 0, ""), properties(analysis), found, None)
    return found


def outline_in_runs(
    analysis: Analysis,
    encoding: str,
    kept: Kept[list[Any]],
    write: Callable[[list[Entry]], P],
    join: Callable[[list[tuple[int, P]]], T],
) -> list[Any]:
    """The same where entries of statements that follow each other are written as one, and kept.

    Among the entries and their children there are then pairs (line, what `join` made), for which `join` gets pairs
    (line counted from that one, what `write` made of a statement's entries, with lines counted from the statement's).
    """
    known = properties(analysis)
    metadata = known[0].segment if known else None

    def make(block: Block, before: str, piece: Piece) -> list[Any]:
        """Runs of statements, and what stands between them: (segment, its line, what stands before it there)."""
        items: list[Any] = []
        run: list[tuple[int, P]] = []
        for segment, line, text in _lines(block.segments, 0, before):
            if segment.kind != STATEMENT or segment is metadata:
                items += (join(run), (segment, line, text))
                run = []
            elif segment.words and _begins_a_line(segment):
                run.append((line, piece(segment, partial(written_now, segment, ""))))
            elif segment.words:  # it moves when what stands before it on its line is edited
                run.append((line, written_now(segment, text)))
        return [*items, join(run)]

    def written_now(segment: Segment, text: str) -> P:
        return write(list(_statement(analysis, segment, 0, text, encoding)))

    found: list[Any] = []
    body: list[Any] | None = None
    for block, _, items in kept.of(analysis.source, (analysis.vocabulary, metadata, encoding), make):
        for item in items:
            if isinstance(item, tuple):
                segment, line, text = item
                body = _entries(analysis, encoding, [(segment, block.line + line, text)], known, found, body)
            else:
                (found if body is None else body).append((block.line, item))
    return found


def _begins_a_line(segment: Segment) -> bool:
    """Whether no other statement stands on the line that a statement begins on."""
    return segment.text[:1] == "\n" or "\n" in segment.text[: segment.blank_start]


def _entries(
    analysis: Analysis,
    encoding: str,
    lines: Iterable[tuple[Segment, int, str]],
    metadata: list[Property],
    found: list[Any],
    body: list[Any] | None,
) -> list[Any] | None:
    """Add the entries of some segments; the children of the body that is open behind them."""
    for segment, line, before in lines:
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
    return body


def quant_outline(quant: QuantAnalysis, encoding: str) -> list[Entry]:
    """The entries of a graph.quant, by tensor."""
    found = []
    for segment, line, before in _lines(quant.source, 0, ""):
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


def _lines(segments: Iterable[Segment], line: int, before: str) -> Iterator[tuple[Segment, int, str]]:
    """Every segment with its first line and what stands on that line before it; both are given for the first."""
    for segment in segments:
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
    values = analysis.outcomes.of(segment).values
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
