"""Up and down-sampling (4.3.4): `factor` has an item for each spatial axis, and those are the last."""

from __future__ import annotations

import numpy as np

from ...errors import Inexpressible
from . import translated
from .borders import inside
from .call import Call
from .pooling import boxed
from .values import Array, Value
from .windows import FILLED, down

SCHEMES = {"symmetric": "half_pixel", "asymmetric": "asymmetric", "aligned": "align_corners"}
RESIZED_AXES = 2
"""Axes that every runtime resizes linearly."""


def factors(call: Call, x: Value) -> list[int]:
    """One for each axis."""
    given = call.ints("factor")
    return [1] * (x.rank - len(given)) + given


@translated("nearest_downsample")
def nearest_downsample(call: Call) -> Value:
    """The first item of each cell."""
    x = call.tensor(0)
    steps = factors(call, x)
    axes = [axis for axis, step in enumerate(steps) if step > 1]
    if not axes:
        return call.writer.node("Identity", x)
    integers = call.writer.integers
    strides = integers([steps[axis] for axis in axes])
    return call.writer.node(
        "Slice", x, integers([0] * len(axes)), integers([2**31 - 1] * len(axes)), integers(axes), strides
    )


@translated("area_downsample")
def area_downsample(call: Call) -> Value:
    x = call.tensor(0)
    cell = factors(call, x)
    window = down(x.known_shape, call.result_shape(), cell, [(0, 0)] * len(cell), cell, [])
    assert window is not None
    return boxed(call, x, window, "constant", True)


@translated("nearest_upsample")
def nearest_upsample(call: Call) -> Value:
    x = call.tensor(0)
    return resized(call, x, factors(call, x), "nearest", "asymmetric")


@translated("multilinear_upsample")
def multilinear_upsample(call: Call) -> Value:
    """By Resize, whose border is the last item; other borders and more axes by matrices of weights."""
    x, method, border = call.tensor(0), call.text("method"), call.text("border")
    scale = factors(call, x)
    spatial = len(call.ints("factor"))
    replicated = border == "replicate" or (method == "aligned")
    if replicated and spatial == RESIZED_AXES and x.rank == 4:
        return resized(call, x, scale, "linear", SCHEMES[method])
    for axis, f in enumerate(scale):
        if f > 1:
            extent = x.extents[axis]
            at = positions(extent, extent * f, method)
            x = interpolated(call, x, axis, weights(at, extent, border))
    return x


def resized(call: Call, x: Value, scale: list[int], mode: str, scheme: str) -> Value:
    """By ONNX's Resize, or by Upsample where the operators have that instead and it computes the same."""
    scales = call.full(np.array(scale), element=1)
    if scheme == "asymmetric" and mode == "nearest" and call.writer.opset < 11:
        if call.writer.takes("Upsample", "scales"):
            return call.writer.node("Upsample", x, scales=[float(s) for s in scale], mode=mode)
        return call.writer.node("Upsample" if call.writer.opset < 10 else "Resize", x, scales, mode=mode)
    rounding = {"nearest_mode": "floor"} if mode == "nearest" else {}
    empty = call.writer.constant(np.zeros(0, np.float32))
    return call.writer.node("Resize", x, empty, scales, mode=mode, coordinate_transformation_mode=scheme, **rounding)


def positions(extent: int, count: int, method: str) -> Array:
    """Where the items of a resampled axis lie."""
    i = np.arange(count, dtype=np.float64)
    if method == "symmetric":
        return (i + 0.5) * (extent / count) - 0.5
    if method == "asymmetric":
        return i * (extent / count)
    if method == "aligned":
        return i * ((extent - 1) / (count - 1)) if count > 1 else i * 0.0
    raise Inexpressible(f"'{method}' is not a method of interpolation")


def weights(at: Array, extent: int, border: str) -> Array:
    """[count, extent]: how much each item adds to the items at these positions."""
    low = np.floor(at + 1e-9).astype(np.int64)
    u = np.maximum(at - low, 0.0)
    matrix = np.zeros((len(at), extent))
    for j, weight in ((low, 1 - u), (low + 1, u)):
        if border in FILLED:
            weight = np.where((j >= 0) & (j < extent), weight, 0.0)
        np.add.at(matrix, (np.arange(len(at)), inside(j, extent, border)), weight)
    return matrix


def interpolated(call: Call, x: Value, axis: int, matrix: Array) -> Value:
    """An axis replaced by sums that are weighted with the rows of a matrix."""
    last = x.rank - 1
    order = [*(other for other in range(x.rank) if other != axis), axis]
    product = call.writer.node("MatMul", call.transpose(x, order), call.full(matrix.T, x.element))
    return call.transpose(product, [order.index(other) for other in range(last + 1)])
