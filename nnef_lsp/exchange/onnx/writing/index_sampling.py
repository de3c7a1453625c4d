"""Index based sampling (4.3.3): an index is a row-major position within its window.

ONNX's indices are positions in the whole tensor, so both ways are arithmetic on indices: the item (i, j) of a window lies
at i*s + j*d of the extended tensor, along each axis.
"""

from __future__ import annotations

from math import prod

import numpy as np
from onnx import TensorProto

from ...errors import Inexpressible
from . import translated
from .borders import extended
from .call import Call
from .convolution import MAX_AXES
from .pooling import of_axes, to_space, unpadded, window_of
from .values import Value, numbers
from .windows import FILLED, Window, up


@translated("argmax_pool")
def argmax_pool(call: Call) -> Value:
    return _best(call)[1]


@translated("max_pool_with_index")
def max_pool_with_index(call: Call) -> tuple[Value, Value]:
    return _best(call)


def _best(call: Call) -> tuple[Value, Value]:
    """Maxima and where they lie, in a tensor that is extended first: ONNX would not count zeros outside of it."""
    x = call.tensor(0)
    window = window_of(call, x)
    border = call.text("border")
    x = extended(call, x, window.padding, border, float(-np.inf) if border == "ignore" else 0.0)
    window = unpadded(window)
    moving = window.moving
    if not moving:
        return call.writer.node("Identity", x), call.full(np.zeros(x.extents), TensorProto.INT64)
    if len(moving) > MAX_AXES:
        raise Inexpressible(f"runtimes compute no MaxPool of {len(moving)} spatial axes")
    if min(moving) >= 2 and x.rank - 2 <= MAX_AXES:
        return _pool(call, x, window, list(range(2, x.rank)))
    value, back = to_space(call, x, moving, single=False)
    best, index = _pool(call, value, _around(window, value, moving), list(range(2, value.rank)))
    return back(best), back(index)


def _around(window: Window, value: Value, axes: list[int]) -> Window:
    """The window of [1, rest, axes..]."""
    inner = of_axes(window, axes)
    lead = value.extents[:2]
    return Window(
        (1, 1, *inner.size), ((0, 0), (0, 0), *inner.padding), (1, 1, *inner.stride), (1, 1, *inner.dilation),
        (*lead, *inner.upper), (*lead, *inner.lower),
    )  # fmt: skip


def _pool(call: Call, x: Value, window: Window, axes: list[int]) -> tuple[Value, Value]:
    inner = of_axes(window, axes)
    dilated = any(d > 1 for d in inner.dilation)
    best, flat = call.writer.node_with(
        "MaxPool", x, outputs=2, kernel_shape=list(inner.size), strides=list(inner.stride),
        dilations=list(inner.dilation) if dilated else None,
    )  # fmt: skip
    return best, _within(call, flat, window)


def _within(call: Call, flat: Value, window: Window) -> Value:
    """Positions in the whole tensor -> positions within the windows."""
    node = call.writer.node
    strides = _strides(numbers(window.upper, "input"))
    rest = node("Sub", flat, _origins(call, window, strides))
    index: Value | None = None
    for axis, (f, d) in enumerate(zip(window.size, window.dilation, strict=True)):
        if f == 1:
            continue
        step = call.writer.constant(d * strides[axis], TensorProto.INT64)
        j = node("Div", rest, step)
        rest = node("Sub", rest, node("Mul", j, step))
        part = node("Mul", j, call.writer.constant(prod(window.size[axis + 1 :]), TensorProto.INT64))
        index = part if index is None else node("Add", index, part)
    return index if index is not None else rest


def _strides(extents: tuple[int, ...]) -> list[int]:
    return [prod(extents[axis + 1 :]) for axis in range(len(extents))]


def _origins(call: Call, window: Window, strides: list[int]) -> Value:
    """Where each window begins in the extended tensor, in row-major order: a sum of one vector for each axis."""
    total: Value | None = None
    rank = len(window.size)
    for axis, (x, s) in enumerate(zip(numbers(window.lower, "output"), window.stride, strict=True)):
        if x == 1 and total is not None:
            continue
        shape = [-1 if other == axis else 1 for other in range(rank)]
        vector = call.full((np.arange(x) * s * strides[axis]).reshape(shape), TensorProto.INT64)
        total = vector if total is None else call.writer.node("Add", total, vector)
    assert total is not None
    return total


def _positions(call: Call, index: Value, window: Window, extents: list[int]) -> Value:
    """Positions within windows -> positions in the extended tensor, which has these extents."""
    node = call.writer.node
    strides = _strides(tuple(extents))
    rest = call.cast(index, TensorProto.INT64)
    position = _origins(call, window, strides)
    for axis, (f, d) in enumerate(zip(window.size, window.dilation, strict=True)):
        volume = call.writer.constant(prod(window.size[axis + 1 :]), TensorProto.INT64)
        if f == 1:
            continue
        j = node("Div", rest, volume)
        rest = node("Sub", rest, node("Mul", j, volume))
        position = node("Add", position, node("Mul", j, call.writer.constant(d * strides[axis], TensorProto.INT64)))
    return node("Add", position, call.cast(call.scaled(index, 0), TensorProto.INT64)) if not window.moving else position


@translated("sample")
def sample(call: Call) -> Value:
    x, index = call.tensor(0), call.tensor(1)
    window = window_of(call, x)
    border = call.text("border")
    spanned = _spanned(window)
    lacking = [(p, span - extent - p) for (p, _), span, extent in zip(window.padding, spanned, x.extents, strict=True)]
    x = extended(call, x, lacking, "constant" if border in FILLED else border)
    flat = call.writer.reshape(x, (prod(x.extents),))
    return call.writer.node("Gather", flat, _positions(call, index, window, spanned))


def _spanned(window: Window) -> list[int]:
    """Extents of what all windows together cover."""
    return [
        (x - 1) * s + fd
        for x, s, fd in zip(numbers(window.lower, "output"), window.stride, window.dilated, strict=True)
    ]


@translated("desample")
def desample(call: Call) -> Value:
    """Added into zeros at their places; what lies outside of the result is cut off."""
    x, index = call.tensor(0), call.tensor(1)
    upper = numbers(call.result_shape(), "output")
    window = up(x.extents, upper, call.ints("size"), call.pairs("padding"), call.ints("stride"), call.ints("dilation"))
    spanned = _spanned(window)
    zeros = call.full(np.zeros(prod(spanned)), x.element)
    flat = call.writer.reshape(_positions(call, index, window, spanned), (prod(x.extents),))
    overlapping = any(fd > s for fd, s in zip(window.dilated, window.stride, strict=True))
    summed = call.writer.node(
        "ScatterElements", zeros, flat, call.writer.reshape(x, (prod(x.extents),)),
        axis=0, reduction="add" if overlapping else None,
    )  # fmt: skip
    shaped = call.writer.reshape(summed, tuple(spanned))
    padding = [(-p, X - span + p) for (p, _), span, X in zip(window.padding, spanned, upper, strict=True)]
    return extended(call, shaped, padding, "constant")
