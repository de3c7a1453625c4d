"""Reductions (4.4): the reduced axes stay as singular axes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..arrays.dtypes import Array
from . import KernelError, kernel


def _over(input: Array, axes: Sequence[int]) -> tuple[int, ...]:
    for axis in axes:
        if not 0 <= axis < input.ndim:
            raise KernelError(f"axis {axis} is outside of rank {input.ndim}", "axes")
    return tuple(sorted(set(axes)))


@kernel("sum_reduce")
def sum_reduce(input: Array, *, axes: list[int], normalize: bool = False) -> Array:
    total = input.sum(axis=_over(input, axes), keepdims=True, dtype=input.dtype)
    if normalize:
        volume = np.prod([input.shape[axis] for axis in set(axes)], dtype=np.int64)
        total = total // volume if input.dtype.kind in "iu" else total / input.dtype.type(volume)
    return np.asarray(total)


@kernel("mean_reduce")
def mean_reduce(input: Array, *, axes: list[int]) -> Array:
    return np.asarray(sum_reduce(input, axes=axes, normalize=True))


@kernel("max_reduce")
def max_reduce(input: Array, *, axes: list[int]) -> Array:
    return np.asarray(input.max(axis=_over(input, axes), keepdims=True))


@kernel("min_reduce")
def min_reduce(input: Array, *, axes: list[int]) -> Array:
    return np.asarray(input.min(axis=_over(input, axes), keepdims=True))


@kernel("all_reduce")
def all_reduce(input: Array, *, axes: list[int]) -> Array:
    return np.asarray(input.all(axis=_over(input, axes), keepdims=True))


@kernel("any_reduce")
def any_reduce(input: Array, *, axes: list[int]) -> Array:
    return np.asarray(input.any(axis=_over(input, axes), keepdims=True))


@kernel("argmax_reduce")
def argmax_reduce(input: Array, *, axes: list[int]) -> Array:
    """Index of the first maximum; over several axes, its row-major index within them.

    4.4 calls all reductions separable, which has no meaning for an index; the row-major index is what `argmax_pool`
    gives for a window as large as those axes.
    """
    return _first(input, axes, largest=True)


@kernel("argmin_reduce")
def argmin_reduce(input: Array, *, axes: list[int]) -> Array:
    """Index of the first minimum; see `argmax_reduce`."""
    return _first(input, axes, largest=False)


def _first(input: Array, axes: Sequence[int], largest: bool) -> Array:
    over = _over(input, axes)
    if not over:
        return np.zeros(input.shape, np.int64)
    kept = [axis for axis in range(input.ndim) if axis not in over]
    rows = input.transpose([*kept, *over]).reshape([input.shape[axis] for axis in kept] + [-1])
    index = rows.argmax(axis=-1) if largest else rows.argmin(axis=-1)
    shape = [1 if axis in over else extent for axis, extent in enumerate(input.shape)]
    return np.asarray(index).astype(np.int64, copy=False).reshape(shape)


@kernel("moments")
def moments(input: Array, *, axes: list[int]) -> tuple[Array, Array]:
    """(mean, variance) as 4.9.6 defines them: the variance of the whole population."""
    mean = mean_reduce(input, axes=axes)
    return mean, mean_reduce(np.square(input - mean), axes=axes)
