"""tract: quantized data types.  A run holds the real numbers that codes stand for, (code - zero point) * scale.

Not here: which results are rounded, and when (`model/flattening/codes.py`); quantized products that take zero points
and scales as arguments (`products.py`), which work on plain codes; the quantization operations of the standard.
"""

from __future__ import annotations

import numpy as np

from ....model.values.codes import LIMITS
from ...arrays.dtypes import Array, Dtype
from .. import kernel


@kernel("tract:quantize", dtype=True)
def quantize(
    input: Array,
    *,
    zero_point: int,
    scale: float,
    storage: str,
    rounding: str,
    former: float | None = None,
    dtype: Dtype | None = None,
) -> Array:
    """The nearest number that has a code; a code that is not a whole number is rounded to even ("even") or cut ("zero").
    Multiples of a `former` scale are turned into multiples of this one before the zero point is added, which tells
    halves apart.

    Eight bits are found in float32, step by step as in tract; 32 need more.
    """
    wide = np.float64 if storage == "i32" or dtype == np.float64 else np.float32
    value, zero = input.astype(wide), wide(zero_point)
    if former is None:
        exact = value / wide(scale) + zero
    else:
        exact = np.rint(np.rint(value / wide(former)) * (wide(former) / wide(scale))) + zero
    whole = np.trunc(exact) if rounding == "zero" else np.rint(exact)
    code = np.clip(np.nan_to_num(whole, nan=0.0), *LIMITS[storage])
    return np.asarray((code - zero) * wide(scale)).astype(dtype or np.float32)


@kernel("tract:codes", dtype=True)
def codes(input: Array, *, zero_point: int, scale: float, dtype: Dtype | None = None) -> Array:
    """The codes of numbers that have one, in an integer type."""
    found = np.rint(input.astype(np.float64) / scale + zero_point)
    wanted = dtype or np.dtype(np.int64)
    limits = np.iinfo(wanted)
    return np.asarray(np.clip(found, limits.min, limits.max).astype(wanted))


@kernel("tract:from_codes", dtype=True)
def from_codes(input: Array, *, zero_point: int, scale: float, dtype: Dtype | None = None) -> Array:
    """The numbers that codes stand for."""
    return np.asarray((input.astype(np.float64) - zero_point) * scale).astype(dtype or np.float32)
