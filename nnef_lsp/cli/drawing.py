"""A diagnostic drawn under its source line with carets, in colour on a terminal.

Not here: which diagnostics there are.
"""

from __future__ import annotations

import os
import sys
import unicodedata
from typing import TextIO

_COLOURS = {"error": "31", "warning": "33", "information": "34", "hint": "36"}


def uses_colour(stream: TextIO) -> bool:
    """Whether to write colours: on a terminal; NO_COLOR and FORCE_COLOR, if they are not empty, decide for all others."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return bool(stream and stream.isatty()) and os.environ.get("TERM") != "dumb"


def visible(text: str) -> str:
    """A text that does nothing to a terminal: a model's control characters are shown, not obeyed."""
    if text.isprintable():
        return text
    return "".join([" " if c == "\t" else c if c.isprintable() or c == "\u3000" else "\ufffd" for c in text])


def say(*lines: str, file: TextIO | None = None) -> None:
    """Print lines that hold names or words of a model: each stays one line, and none moves or colours anything."""
    print("\n".join(map(visible, lines)), file=file)


def columns(text: str) -> int:
    """How many columns of a terminal a text takes: East Asian characters two, combining marks none."""
    if text.isascii():
        return len(text)
    return sum([0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text])


class Painter:
    """Wraps texts in terminal colours, or leaves them plain."""

    def __init__(self, colour: bool) -> None:
        self.colour = colour

    def paint(self, text: str, code: str) -> str:
        """The text in a colour."""
        return f"\x1b[{code}m{text}\x1b[0m" if self.colour else text

    def diagnostic(
        self, severity: str, code: str, message: str, place: str, lines: list[tuple[int, str]], start: int, end: int
    ) -> str:
        """Message, place, and the source lines with the span underlined; `start` and `end` are columns of the first
        and the last of the lines, 0-based."""
        head = self.paint(f"{severity}[{code}]", f"1;{_COLOURS[severity]}") + ": " + self.paint(visible(message), "1")
        width = len(str(lines[-1][0])) if lines else 1
        gutter = self.paint(" " * width + " |", "34")
        drawn = [head, self.paint(" " * width + "-->", "34") + " " + visible(place), gutter]
        for index, (number, text) in enumerate(lines):
            begin = start if index == 0 else len(text) - len(text.lstrip())
            stop = end if index == len(lines) - 1 else len(text.rstrip())
            drawn.append(self.paint(f"{number:>{width}} |", "34") + " " + visible(text))
            marked = columns(text[begin:stop]) if stop <= len(text) else stop - begin
            carets = " " * columns(text[:begin]) + self.paint("^" * max(1, marked), _COLOURS[severity])
            drawn.append(f"{gutter} {carets}")
        return "\n".join(drawn)


def painter(stream: TextIO | None = None) -> Painter:
    """A painter for a stream, standard output by default."""
    return Painter(uses_colour(stream or sys.stdout))
