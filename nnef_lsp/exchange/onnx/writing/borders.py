"""Border modes (4.3): tensors extended by what is read outside of them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ...errors import Inexpressible
from .call import Call
from .values import Value
from .windows import FILLED

MODES = {"replicate": "edge", "reflect": "reflect"}


def extended(call: Call, value: Value, padding: Sequence[tuple[int, int]], border: str, fill: float = 0.0) -> Value:
    """The tensor with (before, after) items more on each axis; negative numbers cut off."""
    cut = [axis for axis, (p, q) in enumerate(padding) if p < 0 or q < 0]
    if cut:
        starts = [max(-padding[axis][0], 0) for axis in cut]
        ends = [value.extents[axis] + min(padding[axis][1], 0) for axis in cut]
    grow = [(max(p, 0), max(q, 0)) for p, q in padding]
    if border in FILLED:
        value = call.slice(value, cut, starts, ends) if cut else value
        return call.pad(value, grow, "constant", fill)
    if border == "replicate" or (border == "reflect" and _is_short(value, grow)):
        value = call.pad(value, grow, MODES[border])
        if cut:
            value = call.slice(value, cut, starts, [end + grow[axis][0] for axis, end in zip(cut, ends, strict=True)])
        return value
    for axis, pair in enumerate(padding):
        if pair != (0, 0):
            value = _gathered(call, value, axis, pair, border)
    return value


def _is_short(value: Value, grow: Sequence[tuple[int, int]]) -> bool:
    """Whether each border is shorter than the tensor, as ONNX's reflection wants it."""
    return all(max(pair) < extent for pair, extent in zip(grow, value.extents, strict=True) if pair != (0, 0))


def _gathered(call: Call, value: Value, axis: int, pair: tuple[int, int], border: str) -> Value:
    extent = value.extents[axis]
    positions = inside(np.arange(-pair[0], extent + pair[1]), extent, border)
    return call.writer.node("Gather", value, call.writer.integers([int(at) for at in positions]), axis=axis)


def inside(
    positions: np.ndarray[tuple[int, ...], np.dtype[np.int64]], extent: int, border: str
) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    """Positions along an axis mapped into [0, extent)."""
    if border == "replicate" or border in FILLED:
        return np.clip(positions, 0, extent - 1)
    if border == "reflect":
        period = max(2 * extent - 2, 1)
        positions = np.mod(positions, period)
        return np.minimum(positions, period - positions) if extent > 1 else np.zeros_like(positions)
    if border == "reflect-even":
        positions = np.mod(positions, 2 * extent)
        return np.minimum(positions, 2 * extent - 1 - positions)
    raise Inexpressible(f"ONNX has no border mode '{border}'")
