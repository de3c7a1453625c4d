"""Formatting a document: the fewest edits of whole lines that lead to its layout, so that cursors and marks stay.

Not here: the layout (`syntax/printer.py`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

from ...syntax.printer import formatted
from ...syntax.source import Source

_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_MOST_LINES = 2_000
"""More lines than these that differ are replaced as one: telling them apart takes quadratic time."""


@dataclass(frozen=True)
class Edit:
    """Replace the characters from `start` to `end` by a text."""

    start: int
    end: int
    text: str


def formatting(source: Source, first: int = 0, last: int | None = None) -> list[Edit]:
    """The edits that lay out a document, or its lines from `first` to `last` (0-based, inclusive).

    There are none for a text that does not parse.
    """
    text = source.text
    wanted = formatted(text, source.language)
    if wanted is None or wanted == text:
        return []
    edits = _edits(_LINE.findall(text), _LINE.findall(wanted))
    last = source.line_count if last is None else last
    return [edit for line, count, edit in edits if line <= last and line + max(count, 1) > first]


def _edits(before: list[str], after: list[str]) -> list[tuple[int, int, Edit]]:
    """(line, number of lines, edit) for each run of lines that differ."""
    low = 0
    while low < min(len(before), len(after)) and before[low] == after[low]:
        low += 1
    high = 0
    while high < min(len(before), len(after)) - low and before[-1 - high] == after[-1 - high]:
        high += 1
    old, new = before[low : len(before) - high], after[low : len(after) - high]
    starts = [0]
    for line in before:
        starts.append(starts[-1] + len(line))
    if max(len(old), len(new)) > _MOST_LINES:
        runs = [("replace", 0, len(old), 0, len(new))]
    else:
        runs = [run for run in SequenceMatcher(None, old, new, autojunk=False).get_opcodes() if run[0] != "equal"]
    return [
        (low + i, i_end - i, Edit(starts[low + i], starts[low + i_end], "".join(new[j:j_end])))
        for _, i, i_end, j, j_end in runs
    ]
