"""Convolution and deconvolution (4.3.1)."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

from ...errors import Inexpressible
from . import translated
from .borders import extended
from .call import Call
from .values import Extents, Value
from .windows import FILLED, Window, down, filled, up

MAX_AXES = 3
"""Spatial axes that runtimes compute."""


@translated("conv")
def conv(call: Call) -> Value:
    x, filter, bias = call.operands(0, 1, 2)
    return conv_of(call, x, filter, bias, call.literal(2) == 0, call.whole("groups"), call.result_shape())


def conv_of(call: Call, x: Value, filter: Value, bias: Value, no_bias: bool, groups: int, shape: Extents) -> Value:
    extents, size = x.known_shape[2:], filter.extents[2:]
    stride, dilation = call.ints("stride"), call.ints("dilation")
    window = down(extents, shape[2:], size, call.pairs("padding"), stride, dilation)
    pads: list[int] | None = None
    if window is not None:
        border = call.text("border")
        if border in FILLED and all(p >= 0 and q >= 0 for p, q in window.padding):
            pads = pads_of(window.padding)
        else:
            x, pads = extended(call, x, [(0, 0), (0, 0), *window.padding], border), [0] * (2 * len(size))
    elif call.text("border") not in FILLED:
        raise Inexpressible("automatic padding of symbolic extents is possible with the border 'constant' only")
    return convolved(call, x, filter, (bias, no_bias), pads, stride, dilation, groups or whole(x, 1))


def convolved(call: Call, x: Value, filter: Value, bias: tuple[Value, bool], pads: list[int] | None,
              stride: Sequence[int], dilation: Sequence[int], groups: int) -> Value:  # fmt: skip
    """By ONNX's Conv; without pads they are those that keep the extents, divided by the stride."""
    spatial = x.rank - 2
    if not spatial:
        return _without_space(call, x, filter, bias, groups)
    if spatial > MAX_AXES:
        raise Inexpressible(f"runtimes compute no Conv of {spatial} spatial axes")
    values, added = _bias(call, bias, filter.extents[0], x.rank)
    output = call.writer.node(
        "Conv", x, filter, *values,
        kernel_shape=list(filter.extents[2:]), strides=filled(stride, spatial), dilations=filled(dilation, spatial),
        pads=pads, auto_pad="SAME_UPPER" if pads is None else None, group=groups,
    )  # fmt: skip
    return output if added is None else call.writer.node("Add", output, added)


def _without_space(call: Call, x: Value, filter: Value, bias: tuple[Value, bool], groups: int) -> Value:
    if groups != 1:
        x3, f3 = call.unsqueeze(x, [2]), call.unsqueeze(filter, [2])
        return call.squeeze(convolved(call, x3, f3, bias, [0, 0], [], [], groups), [2])
    return call.writer.node("Gemm", x, filter, bias[0], transB=1)


def whole(value: Value, axis: int) -> int:
    """The extent of an axis, which must be a number."""
    extent = value.known_shape[axis]
    if not isinstance(extent, int):
        raise Inexpressible(f"the number of groups is that of the channels, which is symbolic: '{extent}'")
    return extent


def _bias(call: Call, bias: tuple[Value, bool], channels: int, rank: int) -> tuple[list[Value], Value | None]:
    """ONNX's bias has rank 1 and an item for each channel: that, or what must be added behind it."""
    value, none = bias
    if none:
        return [], None
    count = prod(value.extents)
    if count == channels and (value.rank <= 1 or value.extents[:2] == (1, channels) or channels == 1):
        return [call.writer.view(value, (channels,))], None
    return [], call.to_rank(value, rank)


@translated("separable_conv")
def separable_conv(call: Call) -> Value:
    x, plane, point, bias = call.operands(0, 1, 2, 3)
    zero = call.writer.constant(0.0, x.element)
    shape = call.result_shape()
    filtered = conv_of(call, x, plane, zero, True, 0, shape)
    spatial = x.rank - 2
    return convolved(
        call, filtered, point, (bias, call.literal(3) == 0), [0] * (2 * spatial), [], [],
        call.whole("groups") or whole(filtered, 1),
    )  # fmt: skip


@translated("deconv")
def deconv(call: Call) -> Value:
    x, filter, bias = call.operands(0, 1, 2)
    given = call.ints("output_shape")
    groups = call.whole("groups") or (given[1] if given else whole(x, 1))
    return deconv_of(call, x, filter, (bias, call.literal(2) == 0), groups)


def deconv_of(call: Call, x: Value, filter: Value, bias: tuple[Value, bool], groups: int) -> Value:
    upper = _numbers(call.result_shape()[2:])
    window = up(
        x.extents[2:], upper, filter.extents[2:], call.pairs("padding"), call.ints("stride"), call.ints("dilation")
    )
    return spread(call, x, filter, window, call.text("border"), groups, bias)


def _numbers(shape: Extents) -> list[int]:
    found = [extent for extent in shape if isinstance(extent, int)]
    if len(found) < len(shape):
        raise Inexpressible("a reverse operation with symbolic extents: give the symbols values with --set")
    return found


def spread(call: Call, x: Value, filter: Value, window: Window, border: str, groups: int,
           bias: tuple[Value, bool] | None = None) -> Value:  # fmt: skip
    """By ONNX's ConvTranspose [N, c, x..] -> [N, C, X..]; the border is that of the operand."""
    spatial = len(window.size)
    if not spatial:
        raise Inexpressible("ONNX's ConvTranspose needs a spatial axis")
    if spatial > MAX_AXES:
        raise Inexpressible(f"runtimes compute no ConvTranspose of {spatial} spatial axes")
    reach = [
        (max((fd - 1 - p) // s, 0), max((X - 1 + p) // s - (lower - 1), 0)) if border not in FILLED else (0, 0)
        for X, lower, fd, s, (p, _) in zip(_numbers(window.upper), _numbers(window.lower), window.dilated, window.stride, window.padding, strict=True)
    ]  # fmt: skip
    x = extended(call, x, [(0, 0), (0, 0), *reach], border)
    pads = []
    for X, extent, fd, s, (p, _), (before, _) in zip(
        _numbers(window.upper), x.extents[2:], window.dilated, window.stride, window.padding, reach, strict=True
    ):
        first = p + before * s
        pads.append((first, (extent - 1) * s + fd - first - X))
    cut = [(max(p, 0), max(q, 0)) for p, q in pads]
    values, added = _bias(call, bias, filter.extents[1] * groups, x.rank) if bias else ([], None)
    grown = [(max(-p, 0), max(-q, 0)) for p, q in pads]
    if any(p or q for p, q in grown) and values:
        added, values = call.to_rank(call.writer.view(values[0], (1, *values[0].extents)), x.rank), []
    output = call.writer.node(
        "ConvTranspose", x, filter, *values,
        kernel_shape=list(window.size), strides=list(window.stride), dilations=list(window.dilation),
        pads=pads_of(cut), group=groups,
    )  # fmt: skip
    output = call.pad(output, [(0, 0), (0, 0), *grown])
    return output if added is None else call.writer.node("Add", output, added)


@translated("separable_deconv")
def separable_deconv(call: Call) -> Value:
    x, plane, point, bias = call.operands(0, 1, 2, 3)
    zero = (call.writer.constant(0.0, x.element), True)
    ones = [1] * (x.rank - 2)
    groups = call.whole("groups") or whole(x, 1)
    still = up(x.extents[2:], x.extents[2:], ones, [(0, 0)] * len(ones), [], [])
    filtered = spread(call, x, point, still, "constant", groups, zero)
    given = call.ints("output_shape")
    return deconv_of(call, filtered, plane, (bias, call.literal(3) == 0), given[1] if given else whole(filtered, 1))


def pads_of(padding: Sequence[tuple[int, int]]) -> list[int]:
    """Pairs as ONNX has them: all that stand before, then all behind."""
    return [p for p, _ in padding] + [q for _, q in padding]
