"""Texts above the limit: the client has them open, and nothing of them is read but how long they are.

They are kept and edited as they are, so that a text that becomes short enough again, by an undo perhaps, is opened.

Not here: the limit (`archive/limits.py`), who asks (`updates.py`).
"""

from __future__ import annotations

from collections.abc import Sequence

from lsprotocol import types

from ..syntax.lines import characters

Change = types.TextDocumentContentChangeEvent


def too_long(length: int) -> str | None:
    """Why a text of so many characters is not read, with the name of the limit that it exceeds; None if it is read."""
    from ..archive import ArchiveError, limits_from_environment

    try:
        limits_from_environment().check_text("this document", length)
    except ArchiveError as error:
        return f"{error}"
    return None


def changed(text: str, changes: Sequence[Change], encoding: str) -> str:
    """A text after changes of the client's, in order."""
    for change in changes:
        if isinstance(change, types.TextDocumentContentChangePartial):
            start, end = (
                _offset(text, at.line, at.character, encoding) for at in (change.range.start, change.range.end)
            )
            text = text[:start] + change.text + text[max(start, end) :]
        else:
            text = change.text
    return text


def _offset(text: str, line: int, column: int, encoding: str) -> int:
    """As `Source.offset` has it: what is behind the end counts as the end."""
    at = 0
    for _ in range(line):
        at = text.find("\n", at) + 1
        if not at:
            return len(text)
    end = text.find("\n", at)
    whole = text[at : len(text) if end < 0 else end]
    return at + characters(whole if end < 0 else whole.removesuffix("\r"), column, encoding)
