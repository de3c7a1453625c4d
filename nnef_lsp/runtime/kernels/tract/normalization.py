"""Normalizations of tract."""

from __future__ import annotations

import numpy as np

from ...arrays.dtypes import Array
from .. import kernel
from .operands import wide
from .whole_numbers import cut


@kernel("tract_core_rms_norm", "tract_transformers_rms_norm")
def rms_norm(input: Array, *, axis: int, eps: float = 1e-6) -> Array:
    """Whole numbers are computed in f32 and cut."""
    (x,) = wide(input if input.dtype.kind == "f" else input.astype(np.float32))
    factor = 1 / np.sqrt(np.square(x).mean(axis=axis, keepdims=True) + x.dtype.type(eps))
    found = np.asarray(x * factor)
    return found.astype(input.dtype) if input.dtype.kind == "f" else cut(found, input.dtype)


@kernel("tract_onnx_lrn")
def lrn(input: Array, *, alpha: float = 1e-4, beta: float = 0.75, bias: float = 1.0, size: int) -> Array:
    """Squares are summed over `size` channels around each."""
    squares = np.square(input.astype(np.float64))
    before = (size - 1) // 2
    padded = np.pad(squares, [(0, 0), (before, size - 1 - before), *[(0, 0)] * (input.ndim - 2)])
    total = sum(padded[:, i : i + input.shape[1]] for i in range(size))
    return np.asarray(input / np.power(bias + alpha / size * total, beta)).astype(input.dtype)
