"""Pooling that gives the places of what it found."""

from __future__ import annotations

import numpy as np

from ...arrays.dtypes import Array
from ...arrays.windows import Pairs, down
from .. import kernel
from ..index_sampling import max_pool_with_index, positions
from .pooling import Ints, least_of


@kernel("tract:max_pool_with_index")
def with_index(
    input: Array, *, size: Ints, border: str = "ignore", padding: Pairs = (), stride: Ints = (), dilation: Ints = ()
) -> tuple[Array, Array]:
    """An index is a row-major place in the plane (all axes but the first two) of the item, of equal ones the first."""
    window = down(input.shape, size, padding, stride, dilation)
    least = least_of(input)
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
