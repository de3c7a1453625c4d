"""Maxima of windows as tract finds them: it begins with the least finite number and takes what is greater.

So numbers that are none are passed over, and a window of padding alone gives that least number.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..arrays.borders import extend
from ..arrays.dtypes import Array, lowest
from ..arrays.windows import Pairs, down
from . import kernel
from .index_sampling import max_pool_with_index, positions
from .pooling import separable

Ints = Sequence[int]


def _least(array: Array) -> Any:
    return np.finfo(array.dtype).min if array.dtype.kind == "f" else lowest(array.dtype)


@kernel("tract:max_pool")
def max_pool(
    input: Array, *, size: Ints, border: str = "ignore", padding: Pairs = (), stride: Ints = (), dilation: Ints = ()
) -> Array:
    window = down(input.shape, size, padding, stride, dilation)
    extended = extend(input, window.padding, "ignore", lowest(input.dtype))
    return np.asarray(np.fmax(separable(extended, window, np.fmax), _least(input)))


@kernel("tract:max_pool_with_index")
def with_index(
    input: Array, *, size: Ints, border: str = "ignore", padding: Pairs = (), stride: Ints = (), dilation: Ints = ()
) -> tuple[Array, Array]:
    """An index is a row-major place in the plane (all axes but the first two) of the item, of equal ones the first."""
    window = down(input.shape, size, padding, stride, dilation)
    least = _least(input)
    shown = np.fmax(input, least)
    best, index = max_pool_with_index(
        shown, size=size, border="ignore", padding=padding, stride=stride, dilation=dilation
    )
    place, missed = np.zeros(index.shape, np.int64), np.zeros(index.shape, bool)
    for axis, (at, extent) in enumerate(zip(positions(index, window), input.shape)):
        missed |= (at < 0) | (at >= extent)
        if axis >= 2:
            place = place * extent + at
    missed |= best <= least
    return np.where(missed, least, best).astype(input.dtype), np.where(missed, 0, place)
