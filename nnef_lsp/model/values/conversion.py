"""Values of one primitive type as those of another, by the built-in functions of section 3.3.3, which `cast` (4.5.8) follows.

Not here: where they stand in expressions, beside subscripts (`evaluation/sequences.py`).
"""

from __future__ import annotations

import re

Plain = bool | int | float | str


def convert(target: str, value: Plain) -> Plain:
    """`integer(value)`, `scalar(value)`, `logical(value)`, `string(value)`; raises ValueError for text that is none."""
    if target == "string":
        if isinstance(value, bool):
            return "true" if value else "false"
        return value if isinstance(value, str) else repr(value)
    if target == "logical":
        return bool(value)
    if isinstance(value, str) and not (_INTEGER if target == "integer" else _NUMBER).fullmatch(value):
        raise ValueError(value)  # Python reads more: blanks, underscores, digits of other scripts, 'nan'
    if target == "integer":
        return _truncated(value) if isinstance(value, float) else int(value)
    return float(value)


_INTEGER = re.compile("-?[0-9]+")
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]*)?([eE][-+]?[0-9]+)?")


def _truncated(value: float) -> int:
    """Section 3.3.3 says "truncated to the closest smaller integer"; Khronos' tools cut towards zero, and so do we."""
    if value != value or value in (float("inf"), float("-inf")):
        raise ValueError(value)
    return int(value)
