"""Region-of-interest operations (4.6).

input [B, C, X..], rois [N, 2 M] as (y0, x0, y1, x1) for M = 2, batch_index [N, 1] (or [N]) -> [N, C, output_size..].

4.6.1 lets cell (i, j) start at (c_H + i s_H, ...), where c_H is the cell's own height: the first cell would be skipped
and the last lie beyond the region.  It is read as y_0 + i s_H, the region's corner, which makes the cells cover it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..arrays.dtypes import Array, at, format_extents
from ..tiles.cancel import check
from . import KernelError, kernel
from .pooling import avg_pool, max_pool
from .resampling import interpolate, positions

Ints = Sequence[int]


@kernel("avg_roi_pool")
def avg_roi_pool(input: Array, rois: Array, batch_index: Array, *, output_size: Ints) -> Array:
    return _pooled(input, rois, batch_index, output_size, lambda cell, axes: cell.mean(axis=axes))


@kernel("max_roi_pool")
def max_roi_pool(input: Array, rois: Array, batch_index: Array, *, output_size: Ints) -> Array:
    return _pooled(input, rois, batch_index, output_size, lambda cell, axes: cell.max(axis=axes))


def _pooled(input: Array, rois: Array, batch_index: Array, output_size: Ints, reduce: Callable[..., Any]) -> Array:
    """Corners are rounded as the operation `round` does; items outside the feature map read as zero ('constant')."""
    spatial = len(output_size)
    items = _batch_items(input, rois, batch_index, spatial)
    corners = np.floor(rois + 0.5).astype(np.int64)
    axes = tuple(range(1, spatial + 1))
    output = np.zeros((len(rois), input.shape[1], *output_size), input.dtype)
    for n, item in enumerate(items):
        check()
        begin, end = corners[n, :spatial], corners[n, spatial:]
        for cell in np.ndindex(*output_size):
            spans = []
            for i, y0, y1, count in zip(cell, begin, end, output_size, strict=True):
                first = int(y0) + i * (int(y1 - y0) // count)
                spans.append((first, first + -(int(y0 - y1) // count)))
            if all(last > first for first, last in spans):
                output[at(n, slice(None), *cell)] = reduce(_read(input[item], spans), axes)
    return output


def _read(plane: Array, spans: list[tuple[int, int]]) -> Array:
    """[C, spans..] of a feature map [C, X..], zeros outside."""
    extents = plane.shape[1:]
    if all(first >= 0 and last <= extent for (first, last), extent in zip(spans, extents, strict=True)):
        return np.asarray(plane[at(slice(None), *(slice(first, last) for first, last in spans))])
    cell = np.zeros((plane.shape[0], *(last - first for first, last in spans)), plane.dtype)
    clipped = [(min(max(a, 0), e), min(max(b, 0), e)) for (a, b), e in zip(spans, extents, strict=True)]
    target = tuple(slice(a - first, b - first) for (a, b), (first, _) in zip(clipped, spans, strict=True))
    cell[at(slice(None), *target)] = plane[at(slice(None), *(slice(a, b) for a, b in clipped))]
    return cell


@kernel("roi_resample")
def roi_resample(
    input: Array, rois: Array, batch_index: Array, *, output_size: Ints, method: str = "symmetric"
) -> Array:
    """Multilinear interpolation of the region, whose corners are real numbers, to a fixed size.

    The region [y0, y1) is resampled as if it were a tensor of extent y1 - y0 ("the same as described in Up and
    Down-Sampling"): positions are clamped to the region, as multilinear_upsample clamps by default, and to the map.
    """
    spatial = len(output_size)
    items = _batch_items(input, rois, batch_index, spatial)
    output = np.empty((len(rois), input.shape[1], *output_size), input.dtype)
    for n, item in enumerate(items):
        check()
        region = input[item]
        for axis, count in enumerate(output_size):
            begin, end = float(rois[n, axis]), float(rois[n, axis + spatial])
            at = begin + positions_in(end - begin, count, method)
            at = np.clip(np.clip(at, begin, max(begin, end - 1)), 0, input.shape[axis + 2] - 1)
            region = interpolate(region, at, axis + 1, "replicate")
        output[n] = region
    return output


def positions_in(extent: float, count: int, method: str) -> Array:
    """As `positions`, for a real extent."""
    return positions(extent, count, method)  # type: ignore[arg-type]


@kernel("avg_roi_align")
def avg_roi_align(
    input: Array,
    rois: Array,
    batch_index: Array,
    *,
    output_size: Ints,
    sampling_rate: Ints,
    resize_method: str = "symmetric",
) -> Array:
    return _aligned(avg_pool, input, rois, batch_index, output_size, sampling_rate, resize_method)


@kernel("max_roi_align")
def max_roi_align(
    input: Array,
    rois: Array,
    batch_index: Array,
    *,
    output_size: Ints,
    sampling_rate: Ints,
    resize_method: str = "symmetric",
) -> Array:
    return _aligned(max_pool, input, rois, batch_index, output_size, sampling_rate, resize_method)


def _aligned(
    pool: Callable[..., Array],
    input: Array,
    rois: Array,
    batch_index: Array,
    output_size: Ints,
    rate: Ints,
    method: str,
) -> Array:
    """Resampled to output_size * sampling_rate, then pooled (4.6.2, whose `sampling_rate` has spatial items only)."""
    size = [count * r for count, r in zip(output_size, rate, strict=True)]
    resized = roi_resample(input, rois, batch_index, output_size=size, method=method)
    cell = [1, 1, *rate]
    return pool(resized, size=cell, stride=cell, padding=[(0, 0)] * len(cell))


def _batch_items(input: Array, rois: Array, batch_index: Array, spatial: int) -> list[int]:
    """The item of the batch that each region is cut from."""
    if rois.ndim != 2 or rois.shape[1] != 2 * spatial or input.ndim != spatial + 2:
        raise KernelError(f"'rois' must be [N, {2 * spatial}], not {format_extents(rois.shape)}", "rois")
    items = [int(item) for item in batch_index.reshape(-1)]
    if len(items) != len(rois) or any(not 0 <= item < input.shape[0] for item in items):
        raise KernelError(
            f"'batch_index' must name one of {input.shape[0]} items for each of {len(rois)} regions", "batch_index"
        )
    return items
