"""Quantization operations (4.9.5): pseudo-quantized, the results are real numbers.

Conceptually these work with infinite precision (chapter 7); near a half one rounding error of float32 changes a whole
step, so they calculate in float64 whatever the run's type is.
"""

from __future__ import annotations

import numpy as np

from ..arrays.broadcast import align
from ..arrays.dtypes import Array
from . import kernel
from .elementwise import round


@kernel("min_max_linear_quantize")
def min_max_linear_quantize(
    x: Array, min: Array, max: Array, *, bits: int, signed: bool = False, symmetric: bool = False
) -> Array:
    """Integers between 0 and r (less a shift that cancels out), spread over [min, max]."""
    z, low, high = _wide(x, min, max)
    steps = float(2**bits - 1 - int(signed and symmetric))
    z = np.maximum(np.minimum(z, high), low)
    q = round((z - low) / (high - low) * steps)
    return _like(q / steps * (high - low) + low, x)


@kernel("linear_quantize")
def linear_quantize(x: Array, min: Array, max: Array, *, bits: int) -> Array:
    return np.asarray(min_max_linear_quantize(x, min, max, bits=bits))


@kernel("zero_point_linear_quantize")
def zero_point_linear_quantize(
    x: Array, zero_point: Array, scale: Array, *, bits: int, signed: bool = True, symmetric: bool = False
) -> Array:
    """The lower bound for signed, not symmetric data is (-r) - 1."""
    wide, z, step = _wide(x, zero_point, scale)
    r = float(2 ** (bits - 1) - 1 if signed else 2**bits - 1)
    low = 0.0 if not signed else -r if symmetric else -r - 1.0
    q = np.clip(round(wide / step) + z, low, r)
    return _like((q - z) * step, x)


@kernel("logarithmic_quantize")
def logarithmic_quantize(x: Array, max: Array, *, bits: int) -> Array:
    """Powers of two up to max; zero stays zero because of its sign."""
    wide, high = _wide(x, max)
    m = np.ceil(np.log2(high))
    r = float(2**bits - 1)
    with np.errstate(divide="ignore"):
        q = round(np.minimum(np.maximum(np.log2(np.abs(wide)), m - r), m))
    return _like(np.sign(wide) * np.exp2(q), x)


def _like(result: Array, x: Array) -> Array:
    """In the shape and type of `x`: parameters of a higher rank have nothing but ones more."""
    return np.asarray(result.astype(x.dtype)).reshape(x.shape)


def _wide(*arrays: Array) -> tuple[Array, ...]:
    return align(*(array.astype(np.float64) for array in arrays))
