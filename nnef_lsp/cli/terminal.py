"""Output on a terminal: whatever a model brought along, nothing but our own colours reaches it.

Here: the last guard, for whatever a command forgot. Not here: how names are made visible where they are printed
(`drawing.py`); output that is not a terminal, which gets a document byte for byte.
"""

from __future__ import annotations

import io
import re
import sys
from typing import TextIO

from .drawing import visible

_OURS = re.compile(r"(\x1b\[[0-9;]*m|\r?\x1b\[K|[\n\t])")
"""Colours, the line of progress that is cleared, ends of lines."""


class TerminalText(io.TextIOWrapper):
    """A text stream that shows control characters instead of obeying them."""

    def write(self, text: str) -> int:
        """Write what is harmless of a text; the number of characters given."""
        super().write(text if text.isprintable() else harmless(text))
        return len(text)


def harmless(text: str) -> str:
    """A text without control characters but ours; each of the others is drawn as U+FFFD."""
    return "".join(part if index % 2 else visible(part) for index, part in enumerate(_OURS.split(text)))


def write_document(text: str, mark: bytes = b"") -> None:
    """A model's text on standard output: byte for byte, but on a terminal without what would do something to it."""
    if sys.stdout.isatty():
        sys.stdout.write("\n".join(map(visible, text.split("\n"))))
        return
    sys.stdout.flush()
    sys.stdout.buffer.write(mark + text.encode("utf-8"))


def guarded(stream: TextIO) -> TextIO:
    """The stream, guarded if it is a terminal."""
    if not isinstance(stream, io.TextIOWrapper) or not stream.isatty():
        return stream
    return TerminalText(stream.detach(), stream.encoding, "backslashreplace", line_buffering=True)
