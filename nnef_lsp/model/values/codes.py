"""Quantized data types by their names: `qi8(z:3 s:0.5)` is a code of 8 bits with a sign, for (code - 3) * 0.5.

Not here: how results are rounded to codes (`flattening/codes.py`), graph.quant (`quantization/analysis.py`).
"""

from __future__ import annotations

import re
from typing import NamedTuple

_TYPE = re.compile(r"(qu8|qi8|qi32)\(z:(-?\d+) s:([-+.e\d]+)\)", re.IGNORECASE)
LIMITS = {"u8": (0, 255), "i8": (-128, 127), "i32": (-(2**31), 2**31 - 1)}
"""The least and the greatest code."""


class Codes(NamedTuple):
    """What a quantized type says: numbers are (code - zero) * scale, codes are stored as "u8", "i8" or "i32"."""

    storage: str
    zero: int
    scale: float


def codes_of(dtype: str) -> Codes | None:
    """What a quantized type says; None for other types."""
    match = _TYPE.fullmatch(dtype)
    return Codes(match[1].lower()[1:], int(match[2]), float(match[3])) if match else None


def product_type(a: str, b: str) -> str | None:
    """The type of a sum of products of codes, in units of the product of the scales (that of i8 and u8 is 1); None for
    other types."""
    found = [codes_of(dtype) for dtype in (a, b)]
    if found == [None, None] or any(not codes and dtype not in ("i8", "u8") for codes, dtype in zip(found, (a, b))):
        return None
    scales = [codes.scale if codes is not None else 1.0 for codes in found]
    return f"qi32(z:0 s:{scales[0] * scales[1]!r})"
