"""Pooling and box filters over all axes (4.3.2, 4.9.3).

ONNX pools the axes behind batch and channels, three at most.  A window over others is moved there: the tensor is
transposed so that the axes along which the window moves come last, and reshaped so that all others are the channels.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from math import prod

import numpy as np

from ...errors import Inexpressible
from . import translated
from .borders import extended
from .call import Call
from .convolution import MAX_AXES, pads_of, spread
from .values import Value, numbers, numpy_type
from .windows import FILLED, Window, down, up

NOT_NEGATIVE = {"relu", "sigmoid", "abs", "sqr", "sqrt", "exp", "softmax", "softplus"}


def window_of(call: Call, x: Value) -> Window:
    """The window of the invocation."""
    window = down(
        x.known_shape, call.result_shape(), call.ints("size"), call.pairs("padding"), call.ints("stride"), call.ints("dilation"),
    )  # fmt: skip
    if window is None:
        raise Inexpressible("automatic padding of symbolic extents: give their symbols values with --set")
    return window


@translated("max_pool")
def max_pool(call: Call) -> Value:
    x = call.tensor(0)
    window = window_of(call, x)
    border = call.text("border")
    if border == "constant" and any(p or q for p, q in window.padding) and not _is_harmless(call, window):
        x, window = extended(call, x, window.padding, border), unpadded(window)
    elif border not in FILLED or not is_short(window):
        low = -np.inf if border == "ignore" else 0.0
        x, window = extended(call, x, window.padding, border, float(low)), unpadded(window)
    return pooled(call, x, window, "MaxPool", {})


def _is_harmless(call: Call, window: Window) -> bool:
    """Whether zeros outside change nothing: no item is negative, and each window has one."""
    operand = call.invocation.inputs[0]
    name = getattr(operand, "name", None)
    made = next((item.operation for item in call.graph.invocations if _gives(item.outputs, name)), "")
    return made in NOT_NEGATIVE and is_short(window)


def _gives(outputs: Sequence[object], name: str | None) -> bool:
    return any(getattr(output, "name", None) == name for output in outputs) if name else False


def is_short(window: Window) -> bool:
    """Whether paddings are none or more, and shorter than the window, as runtimes want them."""
    return all(0 <= p < fd and 0 <= q < fd for (p, q), fd in zip(window.padding, window.dilated, strict=True))


def unpadded(window: Window) -> Window:
    """The window on a tensor that has its padding."""
    upper = tuple(
        extent if pair == (0, 0) else numbers([extent], "input")[0] + sum(pair)
        for extent, pair in zip(window.upper, window.padding, strict=True)
    )
    return replace(window, padding=((0, 0),) * len(window.size), upper=upper)


@translated("box")
def box(call: Call) -> Value:
    x = call.tensor(0)
    return boxed(call, x, window_of(call, x), call.text("border"), call.flag("normalize"))


@translated("avg_pool")
def avg_pool(call: Call) -> Value:
    x = call.tensor(0)
    return boxed(call, x, window_of(call, x), call.text("border"), True)


@translated("rms_pool")
def rms_pool(call: Call) -> Value:
    x = call.tensor(0)
    window = window_of(call, x)
    return call.writer.node("Sqrt", boxed(call, call.square(x), window, call.text("border"), True))


def local_window(call: Call, x: Value, size: Sequence[int]) -> Window:
    """The window of a box with its defaults: automatic padding, a stride of 1."""
    window = down(x.known_shape, x.known_shape, size, [], [], [])
    if window is None:
        raise Inexpressible("automatic padding of symbolic extents: give their symbols values with --set")
    return window


def boxed(call: Call, x: Value, window: Window, border: str, normalize: bool) -> Value:
    """Sum or mean of each window."""
    ignoring = border == "ignore" and any(p or q for p, q in window.padding)
    if border not in FILLED:
        x, window = extended(call, x, window.padding, border), unpadded(window)
    if all(d == 1 for d, f in zip(window.dilation, window.size, strict=True) if f > 1) and is_short(window):
        count = 0 if ignoring and normalize else 1
        plain = replace(window, dilation=(1,) * len(window.size))
        mean = pooled(call, x, plain, "AveragePool", {"count_include_pad": count})
        return mean if normalize else call.scaled(mean, window.volume)
    counts = counted(window) if ignoring and normalize else None
    if any(p or q for p, q in window.padding):
        x, window = extended(call, x, window.padding, "constant"), unpadded(window)
    total = summed(call, x, window)
    if not normalize:
        return total
    if counts is None:
        return call.scaled(total, 1 / window.volume)
    return call.writer.node("Div", total, call.full(counts, x.element))


def counted(window: Window) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """How many items of each window are inside of the tensor; at least 1 to divide by."""
    counts = np.ones([1] * len(window.size))
    upper, lower = numbers(window.upper, "input"), numbers(window.lower, "output")
    for axis, (X, x, f, s, d, (p, _)) in enumerate(
        zip(upper, lower, window.size, window.stride, window.dilation, window.padding, strict=True)
    ):
        at = np.arange(x)[:, None] * s + np.arange(f) * d - p
        shape = [-1 if other == axis else 1 for other in range(len(window.size))]
        counts = counts * ((at >= 0) & (at < X)).sum(1).reshape(shape)
    return np.maximum(counts, 1)


def summed(call: Call, x: Value, window: Window) -> Value:
    """Sum of each window without padding, by a convolution with ones."""

    def convolve(value: Value, axes: Window) -> Value:
        ones = call.full(np.ones((1, 1, *axes.size)), x.element)
        return call.writer.node(
            "Conv", value, ones, kernel_shape=list(axes.size), strides=list(axes.stride), dilations=list(axes.dilation)
        )

    return moved(call, x, window, convolve, single=True)


def pooled(call: Call, x: Value, window: Window, operator: str, attributes: dict[str, int]) -> Value:
    """By MaxPool or AveragePool."""

    def pool(value: Value, axes: Window) -> Value:
        dilated = any(d > 1 for d in axes.dilation)
        return call.writer.node(
            operator, value, kernel_shape=list(axes.size), strides=list(axes.stride), pads=pads_of(axes.padding),
            dilations=list(axes.dilation) if dilated else None, **attributes,
        )  # fmt: skip

    return moved(call, x, window, pool)


def moved(call: Call, x: Value, window: Window, apply: Callable[[Value, Window], Value], single: bool = False) -> Value:
    """A function of [N, C, X..] and the window of X.. applied to the axes along which the window moves, at most three at
    once.  With `single`, there is one channel and everything else is the batch."""
    moving = window.moving
    if not moving:
        return call.writer.node("Identity", x)
    if len(moving) > MAX_AXES:
        first = moving[:MAX_AXES]
        x = moved(call, x, still(window, first), apply, single)
        rest = replace(still(window, moving[MAX_AXES:]), upper=x.known_shape)
        return moved(call, x, rest, apply, single)
    if min(moving) >= 2 and x.rank - 2 <= MAX_AXES and not single:
        return apply(x, of_axes(window, list(range(2, x.rank))))
    value, back = to_space(call, x, moving, single)
    return back(apply(value, of_axes(window, moving)))


def to_space(call: Call, x: Value, axes: Sequence[int], single: bool) -> tuple[Value, Callable[[Value], Value]]:
    """[1, rest, axes..] of a tensor (or [rest, 1, axes..]), and the function that undoes that."""
    rest = [axis for axis in range(x.rank) if axis not in axes]
    order = [*rest, *axes]
    kept = [x.extents[axis] for axis in rest]
    lead = (prod(kept), 1) if single else (1, prod(kept))
    transposed = call.transpose(x, order)
    value = call.writer.reshape(transposed, (*lead, *(x.extents[axis] for axis in axes)))

    def back(result: Value) -> Value:
        shaped = call.writer.reshape(result, (*kept, *result.extents[2:]))
        return call.transpose(shaped, [order.index(axis) for axis in range(x.rank)])

    return value, back


def of_axes(window: Window, axes: Sequence[int]) -> Window:
    """The window along some axes only."""

    def chosen(items: Sequence[object]) -> tuple[object, ...]:
        return tuple(items[axis] for axis in axes)

    return Window(
        chosen(window.size), chosen(window.padding), chosen(window.stride), chosen(window.dilation), chosen(window.upper), chosen(window.lower),  # type: ignore[arg-type]
    )  # fmt: skip


def still(window: Window, axes: Sequence[int]) -> Window:
    """The window with all other axes left alone."""
    rank = len(window.size)
    return replace(
        window,
        size=tuple(f if axis in axes else 1 for axis, f in enumerate(window.size)),
        stride=tuple(s if axis in axes else 1 for axis, s in enumerate(window.stride)),
        dilation=tuple(d if axis in axes else 1 for axis, d in enumerate(window.dilation)),
        padding=tuple(pair if axis in axes else (0, 0) for axis, pair in enumerate(window.padding)),
        lower=tuple(window.lower[axis] if axis in axes else window.upper[axis] for axis in range(rank)),
    )


@translated("debox")
def debox(call: Call) -> Value:
    """The reverse of box: each item is added to a window of the result."""
    x = call.tensor(0)
    upper = numbers(call.result_shape(), "output")
    window = up(x.extents, upper, call.ints("size"), call.pairs("padding"), call.ints("stride"), call.ints("dilation"))
    border = call.text("border")
    output = deboxed(call, x, window, border)
    if call.flag("normalize"):
        if border == "ignore":
            return call.writer.node("Div", output, call.full(_reached(window), x.element))
        return call.scaled(output, 1 / window.volume)
    return output


def deboxed(call: Call, x: Value, window: Window, border: str) -> Value:
    """By a transposed convolution with ones."""
    moving = [
        axis for axis in range(len(window.size)) if axis in window.moving or window.upper[axis] != window.lower[axis]
    ]
    if not moving:
        return call.writer.node("Identity", x)
    if len(moving) > MAX_AXES:
        raise Inexpressible(f"runtimes compute no ConvTranspose of {len(moving)} spatial axes")
    value, back = to_space(call, x, moving, single=True)
    axes = of_axes(window, moving)
    ones = call.full(np.ones((1, 1, *axes.size), numpy_type(x.element)), x.element)
    return back(spread(call, value, ones, axes, border, 1))


def _reached(window: Window) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """Volume of the window, less the border items that are read at each place of the result."""
    rank = len(window.size)
    matching = valid = np.ones([1] * rank)
    upper, lower = numbers(window.upper, "output"), numbers(window.lower, "input")
    for axis, (X, x, f, s, d, (p, _)) in enumerate(
        zip(upper, lower, window.size, window.stride, window.dilation, window.padding, strict=True)
    ):
        at = np.arange(X)[:, None] + p - np.arange(f) * d
        matches = at % s == 0
        shape = [-1 if other == axis else 1 for other in range(rank)]
        matching = matching * matches.sum(1).reshape(shape)
        valid = valid * (matches & (at >= 0) & (at < x * s)).sum(1).reshape(shape)
    return np.maximum(window.volume - matching + valid, 1)
