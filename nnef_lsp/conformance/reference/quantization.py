"""4.9.5 Quantization operations."""

from __future__ import annotations

import math
from typing import Any

from . import defines
from .elementwise import round_, sign
from .grid import Array, elementwise


@defines("min_max_linear_quantize")
def min_max_linear_quantize(x: Array, min: Array, max: Array, *, bits: int, signed: bool, symmetric: bool) -> Array:
    """r = 2 ^ bits - 1 - integer(signed && symmetric); z = clamp(x, min, max); p = 2 ^ (bits - 1) - integer(symmetric)
    if signed else 0; q = round((z - min) / (max - min) * r) - p; y = (q + p) / r * (max - min) + min"""
    r = 2**bits - 1 - int(signed and symmetric)
    p = 2 ** (bits - 1) - int(symmetric) if signed else 0

    def one(value: float, low: float, high: float) -> Any:
        z = low if value < low else high if value > high else value
        q = round_((z - low) / (high - low) * r) - p
        return (q + p) / r * (high - low) + low

    return elementwise(one, x, min, max)


@defines("linear_quantize")
def linear_quantize(x: Array, min: Array, max: Array, *, bits: int) -> Array:
    """y = min_max_linear_quantize(x, min, max, bits, signed = false, symmetric = false)"""
    return min_max_linear_quantize(x, min, max, bits=bits, signed=False, symmetric=False)


@defines("zero_point_linear_quantize")
def zero_point_linear_quantize(
    x: Array, zero_point: Array, scale: Array, *, bits: int, signed: bool, symmetric: bool
) -> Array:
    """s = round(x / scale) + zero_point; r = 2 ^ (bits - 1) - 1 if signed else 2 ^ bits - 1; q = clamp(s, 0.0 if !signed
    else -r if symmetric else -r - 1.0, r); y = (q - zero_point) * scale"""
    r = 2 ** (bits - 1) - 1 if signed else 2**bits - 1
    low = 0 if not signed else -r if symmetric else -r - 1

    def one(value: float, zero: int, step: float) -> float:
        s = round_(value / step) + zero
        return ((low if s < low else r if s > r else s) - zero) * step

    return elementwise(one, x, zero_point, scale)


@defines("logarithmic_quantize")
def logarithmic_quantize(x: Array, max: Array, *, bits: int) -> Array:
    """m = ceil(log2(max)); r = 2 ^ bits - 1; q = round(clamp(log2(abs(x)), m - r, m)); y = sign(x) * 2.0 ^ q"""
    r = 2**bits - 1

    def one(value: float, largest: float) -> Any:
        m = math.ceil(math.log2(largest))
        exponent = math.log2(abs(value)) if value else -math.inf
        clamped = m - r if exponent < m - r else m if exponent > m else exponent
        return sign(value) * 2.0 ** round_(clamped)

    return elementwise(one, x, max)
