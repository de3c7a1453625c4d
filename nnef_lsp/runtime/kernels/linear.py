"""Matrix multiplication (4.7) and linear layers (4.9.2)."""

from __future__ import annotations

import numpy as np

from ..arrays.broadcast import align
from ..arrays.dtypes import Array, as_common, format_extents
from ..arrays.products import product
from . import KernelError, kernel


@kernel("matmul", out=True)
def matmul(
    A: Array, B: Array, *, transposeA: bool = False, transposeB: bool = False, out: Array | None = None
) -> Array:
    """[.., m, k] x [.., k, n] -> [.., m, n]; leading axes broadcast."""
    A, B = as_common(A, B)
    left = A.swapaxes(-1, -2) if transposeA else A
    right = B.swapaxes(-1, -2) if transposeB else B
    if left.shape[-1] != right.shape[-2]:
        raise KernelError(f"{format_extents(left.shape)} and {format_extents(right.shape)} cannot be multiplied", "B")
    return product(left, right, out)


@kernel("linear", out=True)
def linear(input: Array, filter: Array, bias: Array, *, out: Array | None = None) -> Array:
    """input [N, C], filter [c, C], bias [1, c] (or singular) -> [N, c]."""
    output = matmul(input, filter, transposeB=True, out=out)
    if bias.ndim == 0 and not bias:
        return np.asarray(output)
    if bias.ndim == 1 and bias.size == output.shape[-1] > 1:
        bias = bias.reshape([1] * (output.ndim - 1) + [-1])
    output, bias = align(output, bias)
    return np.asarray(np.add(output, bias, out=output, casting="same_kind"))
