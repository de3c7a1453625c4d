"""Border modes (4.3, "Border Modes"): what is read outside a tensor.

Two forms of the same rule: `extend` makes the extended tensor, `inside` maps positions into the tensor.
The specification's reflections are written for borders not longer than the tensor; longer ones reflect back and forth,
which is what its formulas give when applied again.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..errors import KernelError
from .dtypes import Array

FILLED = ("constant", "ignore")
"""Modes that read a fixed value outside; 'ignore' reads what does not count in the calculation at hand."""


def inside(positions: Array, extent: int, border: str) -> Array:
    """Positions along an axis mapped into [0, extent); for 'constant' and 'ignore' clipped (the caller masks them)."""
    if border in FILLED or border == "replicate":
        return np.clip(positions, 0, extent - 1)
    if border == "reflect":  # the edge is not duplicated: period 2z - 2
        period = max(2 * extent - 2, 1)
        positions = np.mod(positions, period)
        return np.minimum(positions, period - positions) if extent > 1 else np.zeros_like(positions)
    if border == "reflect-even":  # the edge is duplicated: period 2z
        positions = np.mod(positions, 2 * extent)
        return np.asarray(np.minimum(positions, 2 * extent - 1 - positions))
    raise KernelError(f"'{border}' is not a border mode", "border")


def extend(
    array: Array, padding: Sequence[tuple[int, int]], border: str, fill: Any = 0, out: Array | None = None
) -> Array:
    """The tensor extended by (before, after) items along each axis; negative amounts cut off.

    Returns the array itself, or a view, when nothing is added.
    """
    crop = tuple(slice(max(-p, 0), size - max(-q, 0)) for (p, q), size in zip(padding, array.shape, strict=True))
    if border not in FILLED:
        return _gathered(array, padding, border)
    array = array[crop]
    grow = [(max(p, 0), max(q, 0)) for p, q in padding]
    if not any(p or q for p, q in grow):
        return array
    shape = tuple(size + p + q for size, (p, q) in zip(array.shape, grow, strict=True))
    extended = np.full(shape, fill, array.dtype) if fill else np.zeros(shape, array.dtype)
    extended[tuple(slice(p, p + size) for size, (p, q) in zip(array.shape, grow, strict=True))] = array
    return extended


def _gathered(array: Array, padding: Sequence[tuple[int, int]], border: str) -> Array:
    for axis, (p, q) in enumerate(padding):
        if p > 0 or q > 0:
            positions = np.arange(-p, array.shape[axis] + q)
            array = array.take(inside(positions, array.shape[axis], border), axis=axis)
        elif p or q:
            array = array[(slice(None),) * axis + (slice(-p, array.shape[axis] + q),)]
    return array
