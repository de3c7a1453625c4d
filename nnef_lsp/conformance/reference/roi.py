"""4.6 Region-of-interest operations, for two spatial dimensions as the specification writes them."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction

import numpy as np

from . import defines
from .elementwise import round_
from .grid import Array, Ints, indices
from .pooling import avg_pool, max_pool
from .resampling import interpolated


def _pooled(reduce: Callable[[list[float]], float], input: Array, rois: Array, batch_index: Array, size: Ints) -> Array:
    output = np.zeros((len(rois), input.shape[1], *size))
    for n, k, i, j in indices(output.shape):
        y0, x0, y1, x1 = (int(round_(corner)) for corner in rois[n].tolist())
        height, width = y1 - y0, x1 - x0
        top, left = y0 + i * (height // size[0]), x0 + j * (width // size[1])
        plane = input[int(batch_index[n, 0]), k]
        cell = [
            plane[y, x].item()
            for y in range(top, top + math.ceil(height / size[0]))
            for x in range(left, left + math.ceil(width / size[1]))
        ]
        output[n, k, i, j] = reduce(cell)
    return output


@defines("avg_roi_pool")
def avg_roi_pool(input: Array, rois: Array, batch_index: Array, *, output_size: Ints) -> Array:
    """The region's corners are rounded; cells have the extent ceil(r / p) and the stride floor(r / p); their mean"""
    return _pooled(lambda cell: sum(cell) / len(cell), input, rois, batch_index, output_size)


@defines("max_roi_pool")
def max_roi_pool(input: Array, rois: Array, batch_index: Array, *, output_size: Ints) -> Array:
    """The region's corners are rounded; cells have the extent ceil(r / p) and the stride floor(r / p); their maximum"""
    return _pooled(max, input, rois, batch_index, output_size)


@defines("roi_resample")
def roi_resample(
    input: Array, rois: Array, batch_index: Array, *, output_size: Ints, method: str = "symmetric"
) -> Array:
    """The region is resampled to the size by multilinear interpolation, methods as in 4.3.4 with f = size / extent"""
    output = np.zeros((len(rois), input.shape[1], *output_size))
    for index in indices(output.shape):
        n, k, i = index[0], index[1], index[2:]
        corners = [Fraction(corner) for corner in rois[n].tolist()]
        at = [
            corners[axis] + _position(i[axis], corners[axis + 2] - corners[axis], output_size[axis], method)
            for axis in range(2)
        ]
        output[index] = interpolated(input[int(batch_index[n, 0]), k], at, "replicate")
    return output


def _position(i: int, extent: Fraction, count: int, method: str) -> Fraction:
    f = count / extent
    if method == "asymmetric":
        return i / f
    if method == "symmetric":
        return (i - (f - 1) / 2) / f
    return i * (extent - 1) / (count - 1)


@defines("avg_roi_align")
def avg_roi_align(
    input: Array,
    rois: Array,
    batch_index: Array,
    *,
    output_size: Ints,
    sampling_rate: Ints,
    resize_method: str = "symmetric",
) -> Array:
    """resized = roi_resample(input, rois, batch_index, output_size[i] * sampling_rate[i], resize_method);
    output = avg_pool(resized, size = sampling_rate, stride = sampling_rate)"""
    size = [count * rate for count, rate in zip(output_size, sampling_rate, strict=True)]
    window = [1, 1, *sampling_rate]
    return avg_pool(
        roi_resample(input, rois, batch_index, output_size=size, method=resize_method), size=window, stride=window
    )


@defines("max_roi_align")
def max_roi_align(
    input: Array,
    rois: Array,
    batch_index: Array,
    *,
    output_size: Ints,
    sampling_rate: Ints,
    resize_method: str = "symmetric",
) -> Array:
    """resized = roi_resample(input, rois, batch_index, output_size[i] * sampling_rate[i], resize_method);
    output = max_pool(resized, size = sampling_rate, stride = sampling_rate)"""
    size = [count * rate for count, rate in zip(output_size, sampling_rate, strict=True)]
    window = [1, 1, *sampling_rate]
    return max_pool(
        roi_resample(input, rois, batch_index, output_size=size, method=resize_method), size=window, stride=window
    )
