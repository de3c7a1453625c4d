"""Sampling on a grid."""

from __future__ import annotations

from itertools import product

import numpy as np

from ...arrays.dtypes import Array
from ...tiles.cancel import check
from .. import KernelError, kernel
from .resampling import cubic

_TAPS = {"nearest": (0,), "bilinear": (0, 1), "bicubic": (-1, 0, 1, 2)}


@kernel("tract_core_grid_sample", "tract_onnx_grid_sample")
def grid_sample(
    input: Array, grid: Array, *, mode: str = "bilinear", padding_mode: str = "zeros", align_corners: bool = False
) -> Array:
    """Coordinates lie along the last axis of the grid, that of the innermost axis first."""
    extents = input.shape[2:]
    if mode not in _TAPS:
        raise KernelError(f"there is no mode '{mode}'", "mode")
    if mode == "bicubic" and len(extents) != 2:
        raise KernelError("'bicubic' is for two axes", "mode")
    places = _places(grid, extents, mode, padding_mode, align_corners)
    taps = [_around(place, mode) for place in places]
    output = np.zeros((*input.shape[:2], *grid.shape[1:-1]))
    batch = np.arange(input.shape[0]).reshape(-1, *[1] * (grid.ndim - 2))
    channels_last = np.moveaxis(input, 1, -1)
    for picks in product(*taps):
        check()
        weight = np.prod([weight for _, weight in picks], axis=0)
        inside, index = True, [batch]
        for (at, _), extent in zip(picks, extents, strict=True):
            if padding_mode == "reflection":
                at = _reflected(at, *_bounds(extent, align_corners))
            elif padding_mode == "zeros":
                inside = inside & (at >= 0) & (at < extent)
            index.append(np.clip(at, 0, extent - 1).astype(np.int64))
        picked = np.moveaxis(channels_last[tuple(index)], -1, 1)
        output += picked * (weight * inside)[:, None]
    return output.astype(input.dtype)


def _places(grid: Array, extents: tuple[int, ...], mode: str, padding_mode: str, align: bool) -> list[Array]:
    """Coordinates in items, by axis; those of a place that lies outside are brought back as the padding says."""
    found, outside = [], np.zeros(grid.shape[:-1], bool)
    for axis, extent in enumerate(extents):
        x, size = grid[..., len(extents) - 1 - axis].astype(np.float32), np.float32(extent)
        at = (x + 1) / np.float32(2) * (size - 1) if align else ((x + 1) * size - 1) / np.float32(2)
        at = np.rint(at) if mode == "nearest" else at
        low, high = _bounds(extent, align)
        outside |= (at < low) | (at > high)
        found.append(at)
    if padding_mode == "border":
        return [np.where(outside, np.clip(at, 0, extent - 1), at) for at, extent in zip(found, extents)]
    if padding_mode == "reflection":
        return [_reflected(at, *_bounds(extent, align)) for at, extent in zip(found, extents)]
    return found


def _bounds(extent: int, align: bool) -> tuple[float, float]:
    """Where the items begin and end: at the centres of the outermost, or at their edges."""
    return (0.0, extent - 1.0) if align else (-0.5, extent - 0.5)


def _reflected(at: Array, low: float, high: float) -> Array:
    """Coordinates folded back into the bounds, as often as needed."""
    span = high - low
    if span <= 0:
        return np.full_like(at, low)
    folded = np.abs(at - low) % (2 * span)
    return np.where((at < low) | (at > high), low + np.where(folded > span, 2 * span - folded, folded), at)


def _around(at: Array, mode: str) -> list[tuple[Array, Array]]:
    """The items beside a place, and what they count for it."""
    below = np.floor(at)
    distances = [np.abs(at.astype(np.float64) - below - offset) for offset in _TAPS[mode]]
    weights = [cubic(each, -0.75) if mode == "bicubic" else 1 - each for each in distances]
    return [(below + offset, weight) for offset, weight in zip(_TAPS[mode], weights)]
