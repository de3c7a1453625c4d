"""4.7 Matrix multiplication, and linear of 4.9.2."""

from __future__ import annotations

from typing import Any

import numpy as np

from . import defines
from .grid import Array, Index, broadcast_shape, elementwise, indices


@defines("matmul")
def matmul(A: Array, B: Array, *, transposeA: bool = False, transposeB: bool = False) -> Array:
    """C[i,j] = sum over l of A'[i,l] * B'[l,j]; the dimensions before are batches and broadcast"""
    m, k = A.shape[-2:] if not transposeA else (A.shape[-1], A.shape[-2])
    n = B.shape[-2] if transposeB else B.shape[-1]
    output = np.zeros((*broadcast_shape(A.shape[:-2], B.shape[:-2]), m, n))
    for index in indices(output.shape):
        batch, i, j = index[:-2], index[-2], index[-1]
        output[index] = sum(_at(A, batch, i, t, transposeA) * _at(B, batch, t, j, transposeB) for t in range(k))
    return output


def _at(matrix: Array, batch: Index, row: int, column: int, transposed: bool) -> Any:
    """An item of a batch, whose rows and columns do not broadcast."""
    plane = tuple(0 if extent == 1 else b for extent, b in zip(matrix.shape, batch, strict=False))
    return matrix[(*plane, column, row) if transposed else (*plane, row, column)].item()


@defines("linear")
def linear(input: Array, filter: Array, bias: Any = 0.0) -> Array:
    """output = matmul(input, filter, transposeB = true) + bias"""
    return elementwise(lambda x, b: x + b, matmul(input, filter, transposeB=True), bias)
