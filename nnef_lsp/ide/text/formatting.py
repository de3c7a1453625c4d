"""Formatting: the fewest edits that lead to the layout, each of blanks alone, so that cursors and marks stay.

A whole document, ranges of it, and the statement that was just typed are the same code, linear in what they look at.

Not here: the layout (`syntax/printer.py`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from ...syntax.printer import OURS, Style, layout
from ...syntax.segments import BLANKS, Segment
from ...syntax.source import Source

_WORD = re.compile(r"[^ \t\v\f\r\n]+")


class Replacement(NamedTuple):
    """Replace the characters from `start` to `end` of a document by a text."""

    start: int
    end: int
    text: str


def formatting(source: Source, style: Style = OURS) -> list[Replacement]:
    """The edits that lay out a document.  What does not parse stays as it is."""
    return list(_edits(source, style, None, 0))


def range_formatting(source: Source, start: int, end: int, style: Style = OURS) -> list[Replacement]:
    """The edits that lay out the statements that a range touches, the range first grown to whole lines."""
    start = source.line_start(source.position(start).line)
    end = source.line_start(source.position(end).line + 1) if end else end
    return _between(source, style, start, max(start, end - 1 if end < source.length else end))


def on_type_formatting(source: Source, offset: int, typed: str, style: Style = OURS) -> list[Replacement]:
    """The edits that lay out what a `;`, a `}` or a newline before an offset has ended; nothing if it ends nothing."""
    end = offset - 1 if typed == "\n" else offset
    segment = source.segment_at(max(0, end - 1))
    if segment is None or segment.kind == BLANKS or segment.problems:
        return []
    begin = source.start_of(segment)
    if source.slice(begin + len(segment.text), end).strip() or end < begin + len(segment.text):
        return []
    return _between(source, style, begin + segment.blank_start, begin + len(segment.text))


def _between(source: Source, style: Style, start: int, end: int) -> list[Replacement]:
    first, last = source.segment_at(start), source.segment_at(max(start, end - 1))
    if first is None or last is None:
        return []
    found = []
    for edit in _edits(source, style, (first, last), source.start_of(first)):
        if edit.start >= start:
            found.append(edit)
        elif edit.end >= start:  # blanks before the range: what is above stays, only the indentation changes
            old = source.slice(edit.start, edit.end)
            if "\n" in old and "\n" in edit.text:
                at, text = edit.start + old.rindex("\n") + 1, edit.text[edit.text.rindex("\n") + 1 :]
                if source.slice(at, edit.end) != text:
                    found.append(Replacement(at, edit.end, text))
    return found


def _edits(source: Source, style: Style, span: tuple[Segment, Segment] | None, start: int) -> Iterator[Replacement]:
    first, last = span or (None, None)
    for segment, piece in layout(source, style, first, last):
        if piece != segment.text:
            yield from _differences(segment.text, piece, start)
        start += len(segment.text)


def _differences(old: str, new: str, at: int) -> Iterator[Replacement]:
    """The blanks in which two texts differ that are the same but for blanks."""
    before, after = _gaps(old), _gaps(new)
    blanks = 0
    for place in sorted(before.keys() | after.keys()):
        start, end = before.get(place, (place + blanks, place + blanks))
        text = new[slice(*after[place])] if place in after else ""
        if old[start:end] != text:
            yield Replacement(at + start, at + end, text)
        blanks += end - start


def _gaps(text: str) -> dict[int, tuple[int, int]]:
    """Where blanks are: by the number of other characters before them."""
    found: dict[int, tuple[int, int]] = {}
    count = end = 0
    for match in _WORD.finditer(text):
        if match.start() > end:
            found[count] = (end, match.start())
        count += match.end() - match.start()
        end = match.end()
    if len(text) > end:
        found[count] = (end, len(text))
    return found


def applied(text: str, edits: Iterable[Replacement]) -> str:
    """A text after edits that are in order and do not overlap."""
    pieces, at = [], 0
    for edit in edits:
        pieces += [text[at : edit.start], edit.text]
        at = edit.end
    return "".join([*pieces, text[at:]])
