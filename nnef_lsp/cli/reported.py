"""A diagnostic as commands report it: plain data, places 1-based, columns in characters.

Not here: where diagnostics come from (`check.py`), written for programs (`check_formats.py`), drawn for people
(`drawing.py`).
"""

from __future__ import annotations

from typing import TypedDict

from ..syntax.source import Position


class Reported(TypedDict):
    """`path` is the file that line and column are in, `file` what programs match against the path that they gave.

    Keys that begin with an underscore are for drawing: the numbered lines, and related messages with their places.
    """

    file: str
    path: str
    line: int
    column: int
    endLine: int
    endColumn: int
    severity: str
    code: str
    message: str
    _lines: list[tuple[int, str]]
    _related: list[tuple[str, Position]]
