"""The outline of a document: header, fragments and graph with what they define.

For ten thousand tensors an outline is a matter of bulk: one walk over the segments that counts lines as it goes, and
plain tuples out.

Not here: what an editor draws.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from ..model.analysis import Analysis
from ..model.facts import Tensor
from ..model.forms import facts_of
from ..syntax.segments import CLOSE, FRAGMENT, GRAPH, STATEMENT, Segment
from . import words as w
from .describe import format_shape_of

DOCUMENT, FRAGMENT_ENTRY, GRAPH_ENTRY, INPUT, VARIABLE, CONSTANT, TENSOR = (
    "document", "fragment", "graph", "input", "variable", "constant", "tensor",
)  # fmt: skip
_KINDS = {"external": INPUT, "tract_core_external": INPUT, "variable": VARIABLE, "constant": CONSTANT}


class Entry(NamedTuple):
    """Something defined.  Offsets are characters within lines (`start_line` counts from 0, columns from 0), for the
    whole and for the name; `children` are those of a body."""

    name: str
    kind: str
    detail: str
    start: tuple[int, str, int]
    end: tuple[int, str, int]
    name_start: tuple[int, str, int]
    name_end: tuple[int, str, int]
    children: list[Entry]  # type: ignore[misc]


def outline(analysis: Analysis) -> list[Entry]:
    """The entries of a document in order; a position is (line, text of the line up to there, its length)."""
    found: list[Entry] = []
    body: list[Entry] | None = None
    pending: tuple[Entry, int] | None = None
    for segment, line, before in _lines(analysis):
        if segment.kind in (FRAGMENT, GRAPH):
            entry = _head(segment, line, before)
            if entry is None:
                continue
            found.append(entry)
            body = entry.children if segment.text[-1:] == "{" else None
            pending = (entry, len(found) - 1)
        elif segment.kind == CLOSE and pending is not None:
            entry, at = pending
            found[at] = entry._replace(end=_position(segment, len(segment.text), line, before))
            body = pending = None
        elif segment.kind == STATEMENT:
            (found if body is None else body).extend(_statement(analysis, segment, line, before, pending))
    return found


def _lines(analysis: Analysis) -> Iterator[tuple[Segment, int, str]]:
    """Every segment with its first line and what stands on that line before it."""
    line, before = 0, ""
    for segment in analysis.source:
        yield segment, line, before
        if segment.newlines:
            line += segment.newlines
            before = segment.text[segment.text.rfind("\n") + 1 :]
        else:
            before += segment.text


def _position(segment: Segment, offset: int, line: int, before: str) -> tuple[int, str, int]:
    text = segment.text
    newline = text.rfind("\n", 0, offset)
    if newline < 0:
        return (line, before + text[:offset], len(before) + offset)
    return (line + text.count("\n", 0, offset), text[newline + 1 : offset], offset - newline - 1)


def _head(segment: Segment, line: int, before: str) -> Entry | None:
    name = next((word for word in w.words_of(segment) if word.role == w.DECLARED), None)
    if name is None:
        return None
    kind = FRAGMENT_ENTRY if segment.kind == FRAGMENT else GRAPH_ENTRY
    signature = " ".join(segment.text[name.end :].rstrip("{; \n\t").split())
    end = _position(segment, len(segment.text), line, before)
    return Entry(
        name.name, kind, signature if len(signature) < 120 else "", _position(segment, segment.blank_start, line, before), end,
        _position(segment, name.start, line, before), _position(segment, name.end, line, before), [],
    )  # fmt: skip


def _statement(
    analysis: Analysis, segment: Segment, line: int, before: str, inside: tuple[Entry, int] | None
) -> Iterator[Entry]:
    if not segment.defines:
        return
    text = segment.text
    top = facts_of(segment.form).top if segment.form is not None else ""
    kind = _KINDS.get(top, TENSOR)
    outcome = analysis.outcomes.get(segment)
    values = outcome.values if outcome is not None else ()
    start = len(text) - len(text.lstrip())
    if text[start : start + 1] == "#":
        start = segment.blank_start
    begin, end = _position(segment, start, line, before), _position(segment, len(text), line, before)
    at = start
    for number, name in enumerate(segment.defines):
        at = max(text.find(name, at), at)
        value = values[number] if number < len(values) else None
        shape = format_shape_of(value) if isinstance(value, Tensor) else ""
        detail = f"{top} {shape}" if top and shape else top or shape
        stop = (begin[0], begin[1], begin[2] + at + len(name) - start) if "\n" not in text[start:at] else None
        first = (begin[0], text[:0], begin[2] + at - start) if stop else _position(segment, at, line, before)
        if stop is None or not text.isascii() or not before.isascii():
            first, stop = _position(segment, at, line, before), _position(segment, at + len(name), line, before)
        yield Entry(name, kind, detail, begin, end, first, stop, [])
        at += len(name)
