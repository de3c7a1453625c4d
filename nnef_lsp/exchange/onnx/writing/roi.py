"""Region-of-interest operations (4.6), for any number of spatial axes.

ONNX's MaxRoiPool and RoiAlign define cells and samples in other ways, so these are written as what they are: for each
region and axis a matrix, computed from its corners, of which items of the feature map go into which item of the result.
"""

from __future__ import annotations

import numpy as np
from onnx import TensorProto

from ...errors import Inexpressible
from . import translated
from .call import Call
from .elementwise import rounded
from .pooling import boxed, pooled
from .values import Value
from .windows import down


class _Regions:
    """The operands: feature maps that the regions are cut from, [N, C, X..], and corners, each [N, 1]."""

    def __init__(self, call: Call) -> None:
        x, rois = call.tensor(0), call.tensor(1)
        batch = call.tensor(2)
        self.spatial = x.rank - 2
        count = rois.extents[0]
        flat = batch if batch.rank == 1 else call.writer.reshape(batch, (count,))
        self.maps = call.writer.node("Gather", x, call.cast(flat, TensorProto.INT64), axis=0)
        corners = call.split(rois, 1, [1] * (2 * self.spatial))
        self.begins, self.ends = corners[: self.spatial], corners[self.spatial :]
        self.extents, self.count, self.channels = x.extents[2:], count, x.extents[1]


@translated("roi_resample")
def roi_resample(call: Call) -> Value:
    return _resampled(call, call.ints("output_size"), call.text("method"))


def _resampled(call: Call, size: list[int], method: str) -> Value:
    regions = _Regions(call)
    value = regions.maps
    for axis, count in enumerate(size):
        at = _positions(call, regions.begins[axis], regions.ends[axis], count, method, regions.extents[axis])
        value = _along(call, value, axis + 2, _hats(call, at, regions.extents[axis]), regions)
    return value


def _positions(call: Call, begin: Value, end: Value, count: int, method: str, extent: int) -> Value:
    """[N, count]: where each item of the result lies, kept within the region and the map."""
    node = call.writer.node
    i = np.arange(count, dtype=np.float64)[None]
    reach = node("Sub", end, begin)
    if method == "symmetric":
        offset = call.plus(node("Mul", reach, call.full((i + 0.5) / count, begin.element)), -0.5)
    elif method == "asymmetric":
        offset = node("Mul", reach, call.full(i / count, begin.element))
    elif method == "aligned":
        steps = i / (count - 1) if count > 1 else i * 0.0
        offset = node("Mul", call.plus(reach, -1.0), call.full(steps, begin.element))
    else:
        raise Inexpressible(f"'{method}' is not a method of interpolation")
    at = node("Add", offset, begin)
    at = node("Min", node("Max", at, begin), node("Max", begin, call.plus(end, -1.0)))
    top = call.writer.constant(float(extent - 1), begin.element)
    return node("Max", node("Min", at, top), call.writer.constant(0.0, begin.element))


def _hats(call: Call, at: Value, extent: int) -> Value:
    """[N, count, extent]: the weights of linear interpolation, max(0, 1 - |distance|)."""
    node = call.writer.node
    places = call.full(np.arange(extent, dtype=np.float64)[None, None], at.element)
    distance = node("Abs", node("Sub", call.unsqueeze(at, [2]), places))
    return node("Relu", call.plus(node("Neg", distance), 1.0))


def _along(call: Call, value: Value, axis: int, matrix: Value, regions: _Regions) -> Value:
    """An axis of [N, C, X..] replaced by its products with the rows of a matrix [N, count, X]."""
    last = value.rank - 1
    order = [*(other for other in range(value.rank) if other != axis), axis]
    moved = call.transpose(value, order)
    rows = call.writer.reshape(moved, (regions.count, int(np.prod(moved.extents[1:-1])), moved.extents[-1]))
    product = call.writer.node("MatMul", rows, call.transpose(matrix, [0, 2, 1]))
    back = call.writer.reshape(product, (*moved.extents[:-1], product.extents[-1]))
    return call.transpose(back, [order.index(other) for other in range(last + 1)])


@translated("avg_roi_align")
def avg_roi_align(call: Call) -> Value:
    return _aligned(call, "AveragePool")


@translated("max_roi_align")
def max_roi_align(call: Call) -> Value:
    return _aligned(call, "MaxPool")


def _aligned(call: Call, operator: str) -> Value:
    """Resampled to output_size * sampling_rate, then pooled."""
    size, rate = call.ints("output_size"), call.ints("sampling_rate")
    x = _resampled(call, [count * r for count, r in zip(size, rate, strict=True)], call.text("resize_method"))
    cell = [1, 1, *rate]
    window = down(x.known_shape, call.result_shape(), cell, [(0, 0)] * len(cell), cell, [])
    assert window is not None
    if operator == "AveragePool":
        return boxed(call, x, window, "constant", True)
    return pooled(call, x, window, operator, {})


@translated("avg_roi_pool")
def avg_roi_pool(call: Call) -> Value:
    """Sums over the cells, whatever lies outside of the map adding nothing, divided by what the cells measure."""
    regions = _Regions(call)
    value = regions.maps
    for axis, count in enumerate(call.ints("output_size")):
        first, height = _cells(call, regions, axis, count)
        inside = call.cast(_members(call, first, height, regions.extents[axis]), value.element)
        mean = call.writer.node("Div", inside, _at_least_one(call, call.unsqueeze(height, [2])))
        value = _along(call, value, axis + 2, mean, regions)
    return value


def _at_least_one(call: Call, value: Value) -> Value:
    return call.writer.node("Max", value, call.writer.constant(1.0, value.element))


def _cells(call: Call, regions: _Regions, axis: int, count: int) -> tuple[Value, Value]:
    """([N, count], [N, 1]): where each cell begins, and how long they all are; real numbers that are whole."""
    node = call.writer.node
    begin, end = rounded(call, regions.begins[axis]), rounded(call, regions.ends[axis])
    share = call.scaled(node("Sub", end, begin), 1.0)
    parts = call.writer.constant(float(count), share.element)
    step = node("Floor", node("Div", share, parts))
    height = node("Ceil", node("Div", share, parts))
    i = call.full(np.arange(count, dtype=np.float64)[None], share.element)
    return node("Add", begin, node("Mul", step, i)), height


def _members(call: Call, first: Value, height: Value, extent: int) -> Value:
    """[N, count, extent]: whether a place belongs to a cell."""
    node = call.writer.node
    places = call.full(np.arange(extent, dtype=np.float64)[None, None], first.element)
    begin = call.unsqueeze(first, [2])
    end = node("Add", begin, call.unsqueeze(height, [2]))
    return node("And", node("Less", places, end), node("Not", node("Less", places, begin)))


@translated("max_roi_pool")
def max_roi_pool(call: Call) -> Value:
    """The maximum of each cell; of one that reaches outside of the map zeros take part, and one that is empty gives 0."""
    node = call.writer.node
    regions = _Regions(call)
    value, zero = regions.maps, call.writer.constant(0.0, regions.maps.element)
    lowest = call.writer.constant(float(-np.inf), value.element)
    outside: Value | None = None
    sizes = call.ints("output_size")
    for axis, count in enumerate(sizes):
        first, height = _cells(call, regions, axis, count)
        mask = _members(call, first, height, regions.extents[axis])
        shape = (regions.count, 1, *(1 if a != axis else count for a in range(regions.spatial)))
        beyond = node(
            "Or", node("Less", first, zero),
            node("Greater", node("Add", first, height), call.writer.constant(float(regions.extents[axis]), first.element)),
        )  # fmt: skip
        empty = node("Not", node("Greater", height, zero))
        beyond = call.writer.reshape(node("Or", beyond, empty), shape)
        outside = beyond if outside is None else node("Or", outside, beyond)
        # [N, C, .., X, ..] against [N, 1, .., count, X, ..]: a new axis for the cells, before the one that is reduced
        place = axis + 2
        wide = call.unsqueeze(value, [place])
        around = [regions.count, 1, *([1] * axis), count, regions.extents[axis], *([1] * (regions.spatial - axis - 1))]
        chosen = node("Where", call.writer.reshape(mask, tuple(around)), wide, lowest)
        value = call.squeeze(call.reduce("ReduceMax", chosen, [place + 1]), [place + 1])
    assert outside is not None
    return node("Where", outside, node("Max", value, zero), value)
