"""Up and down-sampling (4.3.4): `factor` has an item for each spatial axis, and those are the last.

`positions` gives the three schemes of interpolation for any extents, which region-of-interest operations share.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..arrays.borders import FILLED, inside
from ..arrays.dtypes import Array, at
from ..tiles.cancel import check
from . import KernelError, kernel
from .pooling import box

Ints = Sequence[int]


@kernel("nearest_downsample", view=True)
def nearest_downsample(input: Array, *, factor: Ints) -> Array:
    """The first item of each cell: a box of size 1 with stride `factor`."""
    return np.asarray(input[at(slice(None), slice(None), *(slice(None, None, f) for f in factor))])


@kernel("area_downsample")
def area_downsample(input: Array, *, factor: Ints) -> Array:
    cell = [1, 1, *factor]
    return np.asarray(box(input, size=cell, stride=cell, padding=[(0, 0)] * len(cell), normalize=True))


@kernel("nearest_upsample", view=True)
def nearest_upsample(input: Array, *, factor: Ints) -> Array:
    for axis, f in enumerate(factor, input.ndim - len(factor)):
        input = np.repeat(input, f, axis=axis)
    return input


@kernel("multilinear_upsample", view=True)
def multilinear_upsample(input: Array, *, factor: Ints, method: str = "symmetric", border: str = "replicate") -> Array:
    """Linear interpolation along one spatial axis after the other.

    The deconvolution that 4.3.4 shows for the asymmetric case is shifted by one item against its own formula and "not
    part of the standard"; the formula is followed.
    """
    for axis, f in enumerate(factor, input.ndim - len(factor)):
        check()
        at = positions(input.shape[axis], input.shape[axis] * f, method)
        input = interpolate(input, at, axis, border)
    return input


def positions(extent: int, count: int, method: str) -> Array:
    """Where in [0, extent) the `count` items of a resampled axis lie, as real numbers (float64)."""
    i = np.arange(count, dtype=np.float64)
    if method == "symmetric":
        return (i + 0.5) * (extent / count) - 0.5
    if method == "asymmetric":
        return i * (extent / count)
    if method == "aligned":
        return i * ((extent - 1) / (count - 1)) if count > 1 else i * 0.0
    raise KernelError(f"'{method}' is not a method of interpolation", "method")


def interpolate(input: Array, at: Array, axis: int, border: str) -> Array:
    """Linear interpolation along an axis at real positions; outside the tensor `border` decides."""
    extent = input.shape[axis]
    low = np.floor(at + 1e-9).astype(np.int64)  # i / g may fall a rounding error short of a whole position
    u = np.maximum(at - low, 0.0)
    shape = [-1 if a == axis else 1 for a in range(input.ndim)]
    weights = []
    for j, weight in ((low, 1 - u), (low + 1, u)):
        if border in FILLED:
            weight = np.where((j >= 0) & (j < extent), weight, 0.0)
        weights.append(weight.astype(input.dtype).reshape(shape))
    first = input.take(inside(low, extent, border), axis=axis)
    first *= weights[0]
    second = input.take(inside(low + 1, extent, border), axis=axis)
    second *= weights[1]
    first += second
    return first
