"""Reductions and sums along an axis."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...arrays.dtypes import Array
from .. import kernel
from .operands import Ints


@kernel("tract_core_product_reduce")
def product_reduce(input: Array, *, axes: Ints) -> Array:
    return np.asarray(input.prod(axis=tuple(axes), keepdims=True, dtype=input.dtype))


@kernel("tract_core_argmax_reduce_last")
def argmax_last(input: Array, *, axes: Ints) -> Array:
    return _last(input, axes, np.argmax)


@kernel("tract_core_argmin_reduce_last")
def argmin_last(input: Array, *, axes: Ints) -> Array:
    return _last(input, axes, np.argmin)


def _last(input: Array, axes: Ints, find: Any) -> Array:
    """The index counts through all axes, the last one fastest."""
    moved = np.moveaxis(input, axes, range(-len(axes), 0))
    joined = moved.reshape(*moved.shape[: input.ndim - len(axes)], -1)
    index = joined.shape[-1] - 1 - find(np.flip(joined, -1), axis=-1)
    return np.asarray(np.expand_dims(index, tuple(axes))).astype(np.int64)


@kernel("tract_core_cumsum")
def cumsum(input: Array, *, axis: int, exclusive: bool = False, reverse: bool = False) -> Array:
    value = np.flip(input, axis) if reverse else input
    total = np.cumsum(value, axis=axis, dtype=input.dtype)
    if exclusive:
        total = total - value
    return np.asarray(np.flip(total, axis) if reverse else total)
