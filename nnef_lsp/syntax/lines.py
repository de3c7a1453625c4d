"""Columns: characters of a line counted in the units of an editor (UTF-8 bytes, UTF-16 units, or code points).

Not here: which line an offset is in (`source.py`, which knows how many lines each block of segments has).
"""

from __future__ import annotations

UTF8, UTF16, UTF32 = "utf-8", "utf-16", "utf-32"


def units(text: str, encoding: str) -> int:
    """Length of a text in units of the encoding.  A lone surrogate counts as what it would need: 3 bytes, 1 unit."""
    if encoding == UTF32 or text.isascii():
        return len(text)
    if encoding == UTF8:
        return len(text.encode("utf-8", "surrogatepass"))
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def characters(line: str, column: int, encoding: str) -> int:
    """How many characters of a line the first `column` units are; inside a character counts as before it, behind the
    line's end as the end."""
    if encoding == UTF32 or line.isascii():
        return min(column, len(line))
    seen = 0
    for index, character in enumerate(line):
        seen += units(character, encoding)
        if seen > column:
            return index
    return len(line)
