"""What stands between tokens: blanks, ends of lines, comments, and the columns that they reach."""

from __future__ import annotations

import re
from typing import NamedTuple

from .tokens import BLANK

PIECE = re.compile(rf"(?P<comment>\#[^\n\f]*)|(?P<blank>{BLANK}+)")
END = re.compile(r"[\n\f]")


class Comment(NamedTuple):
    """A comment in leading trivia; `newlines` before it, and the column it stood in."""

    text: str
    newlines: int
    column: int


def last_line(text: str) -> str:
    return text[text.rfind("\n") + 1 :]


def leading(text: str, column: int, tab: int) -> tuple[list[Comment], int, int]:
    """The comments before the first token, the newlines behind the last of them, and where the first token is."""
    comments: list[Comment] = []
    newlines = at = 0
    while (match := PIECE.match(text, at)) is not None:
        if match.lastgroup == "comment":
            comments.append(Comment(match[0].rstrip(), newlines, column_at(text, at, column, tab)))
            newlines = 0
        else:
            newlines += len(END.findall(match[0]))
        at = match.end()
    return comments, newlines, at


def column_behind(text: str, column: int, tab: int) -> int:
    """The column behind a text that begins in a column."""
    return column_at(text, len(text), column, tab)


def column_at(text: str, at: int, column: int, tab: int) -> int:
    """The column of an offset in a text that begins in a column."""
    line = max(text.rfind("\n", 0, at), text.rfind("\f", 0, at)) + 1
    width = len(text[line:at].expandtabs(tab))
    return width if line else column + width
