"""Channels-last memory for NCHW arrays.

Shapes and indices always stay those of NNEF, [N, C, spatial..]; only strides differ.  `rows` is the view that prepared
forms work on: [positions, C].
"""

from __future__ import annotations

from math import prod

import numpy as np

from ..arrays.dtypes import Array, Dtype


def empty(shape: tuple[int, ...], dtype: Dtype | None, last: bool) -> Array:
    """A new array of the logical shape, channels last in memory if asked."""
    return arranged(np.empty(prod(shape), dtype), shape, last)


def arranged(flat: Array, shape: tuple[int, ...], last: bool) -> Array:
    """A view of flat memory with the logical shape."""
    if not last:
        return flat.reshape(shape)
    return np.moveaxis(flat.reshape(shape[0], *shape[2:], shape[1]), -1, 1)


def rows(array: Array) -> Array | None:
    """[N * positions, C] of an [N, C, spatial..] array as a view; None when its memory does not allow one."""
    strides, shape = array.strides, array.shape
    if shape[1] > 1 and strides[1] != array.itemsize:
        return None
    step = expected = 0
    for axis in (*range(array.ndim - 1, 1, -1), 0):
        if shape[axis] == 1:
            continue
        if not step:
            step = expected = strides[axis]
        elif strides[axis] != expected:
            return None
        expected *= shape[axis]
    positions_first: Array = array.transpose(0, *range(2, array.ndim), 1)
    return positions_first.reshape(-1, shape[1])  # never a copy, the strides allow it


def is_last(array: Array) -> bool:
    """Whether the array's channels are last in memory, and there is something to order."""
    return array.ndim > 2 and array.shape[1] > 1 and rows(array) is not None


def rows_or_copy(array: Array) -> Array:
    """`rows`, copied where the memory does not allow a view."""
    view = rows(array)
    if view is None:
        view = np.ascontiguousarray(np.moveaxis(array, 1, -1)).reshape(-1, array.shape[1])
    return view
