"""Formatting: the layout of `nnef-lsp fmt`, sent as the lines that differ, so that cursors and folds stay."""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Any

from lsprotocol import types

from ..convert import Json
from ..registry import document_request

if TYPE_CHECKING:
    from ..session import Document

MOST_LINES = 20_000
"""Lines that are compared one by one; of a longer text the middle that differs is sent as a whole."""


@document_request(types.TEXT_DOCUMENT_FORMATTING)
def formatting(document: Document, params: types.DocumentFormattingParams) -> Any:
    from ...syntax.printer import formatted

    text = document.source.text
    wanted = formatted(text, document.language)
    return None if wanted is None else line_edits(text.split("\n"), wanted.split("\n"))


def line_edits(before: list[str], after: list[str]) -> list[Json]:
    """The edits that turn lines into others."""
    start, most = 0, min(len(before), len(after))
    while start < most and before[start] == after[start]:
        start += 1
    end = 0
    while end < most - start and before[-1 - end] == after[-1 - end]:
        end += 1
    old, new = before[start : len(before) - end], after[start : len(after) - end]
    if not old and not new:
        return []
    if len(old) + len(new) > MOST_LINES:
        codes = [("replace", 0, len(old), 0, len(new))]
    else:
        codes = [code for code in SequenceMatcher(None, old, new, autojunk=False).get_opcodes() if code[0] != "equal"]
    return [_edit(before, start + a, start + b, new[c:d]) for _, a, b, c, d in codes]


def _edit(before: list[str], first: int, last: int, lines: list[str]) -> Json:
    """Replace whole lines; at the end of the text the newline before them goes along."""
    text = "".join(line + "\n" for line in lines)
    if last < len(before):
        return _between(first, 0, last, 0, text)
    if first:
        return _behind(before, first, lines)
    return _between(0, 0, len(before), 0, text[:-1])


def _behind(before: list[str], first: int, lines: list[str]) -> Json:
    """Replace all lines from one to the end of the text.  A position behind the end of a line counts as its end."""
    text = "".join("\n" + line for line in lines)
    return _between(first - 1, len(before[first - 1].encode("utf-8")), len(before), 0, text)


def _between(line: int, column: int, last: int, end: int, text: str) -> Json:
    return {
        "range": {"start": {"line": line, "character": column}, "end": {"line": last, "character": end}},
        "newText": text,
    }
