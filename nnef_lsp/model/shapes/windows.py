"""Sliding windows: what the rules of convolutions, box filters, pooling and sampling by index share (4.3, 4.9.2, 4.9.3).

Basic operations map the up-scaled extent X to the down-scaled extent x, reverse operations map it back; padding, stride
and dilation always belong to the up-scaled side.  Convolutions slide over the spatial axes, all others over every axis.
"""

from __future__ import annotations

from typing import NamedTuple

from ..extents.dims import Extent, Shape, ceil_div
from ..extents.relations import differ, less
from . import Call, Refusal
from .checks import check_length, check_positive, check_result, extents, integer, pairs


class Window(NamedTuple):
    """What slides, per axis; `padding` is None where it is automatic."""

    size: Shape
    padding: list[tuple[Extent, Extent]] | None
    stride: list[Extent]
    dilation: list[Extent]
    owner: str
    """The parameter that gives the size."""
    first: int
    """The axis of the tensor that the window's first axis slides over."""


def window_of(call: Call, size: Shape, owner: str, first: int, axis: str) -> Window:
    """The window of an invocation, its attributes checked; `axis` is what there must be one item for."""
    rank = len(size)
    padding = pairs(call, "padding")
    if padding:
        check_length("padding", padding, rank, axis)
    stride = steps(call, "stride", rank, axis)
    dilation = steps(call, "dilation", rank, axis)
    return Window(size, padding or None, stride, dilation, owner, first)


def steps(call: Call, name: str, rank: int, axis: str) -> list[Extent]:
    """Stride or dilation: positive, one per axis, 1 where the list is empty."""
    items = extents(call, name)
    if not items:
        return [1] * rank
    check_length(name, items, rank, axis)
    check_positive(name, items)
    return items


def down_scaled(window: Window, up: Shape, at: str | None = None) -> tuple[Extent, ...]:
    """x = floor((p + X + q - fd) / s) + 1; ceil(X / s) with automatic padding."""
    if window.padding is None:
        return tuple(
            [ceil_div(extent, step) if step != 1 else extent for extent, step in zip(up, window.stride, strict=True)]
        )
    result = []
    for axis, (extent, (before, after)) in enumerate(zip(up, window.padding, strict=True)):
        dilated = (window.size[axis] - 1) * window.dilation[axis] + 1
        room = before + extent + after
        if less(room, dilated):
            raise too_large(window, axis, dilated, room, at)
        result.append((room - dilated) // window.stride[axis] + 1)
    return tuple(result)


def up_scaled(window: Window, down: Shape) -> tuple[Extent, ...]:
    """X = (x - 1)*s + fd - (p + q); x * s with automatic padding."""
    if window.padding is None:
        return tuple([extent * step for extent, step in zip(down, window.stride, strict=True)])
    result = []
    for axis, (extent, (before, after)) in enumerate(zip(down, window.padding, strict=True)):
        dilated = (window.size[axis] - 1) * window.dilation[axis] + 1
        result.append((extent - 1) * window.stride[axis] + dilated - (before + after))
    return check_result(tuple(result), "padding", window.first)


def too_large(window: Window, axis: int, dilated: Extent, room: Extent, at: str | None) -> Refusal:
    """The window does not fit into what it slides over."""
    size = window.size[axis]
    extent = f"{size}" if size == dilated else f"{size}, {dilated} with dilation,"
    message = f"the window's extent {extent} is larger than the padded extent {room} on axis {axis + window.first}"
    return Refusal("empty-result", message, at or window.owner)


def pool_window(call: Call, rank: int) -> Window:
    """The window of an operation that slides over every axis."""
    size = extents(call, "size")
    check_length("size", size, rank, "axis of 'input'")
    check_positive("size", size)
    return window_of(call, tuple(size), "size", 0, "axis of 'input'")


def reverse_pool(call: Call, input: Shape) -> Shape:
    """The up-scaled shape, computed or as `output_shape` says."""
    window = pool_window(call, len(input))
    wanted = tuple(extents(call, "output_shape"))
    if not wanted:
        return up_scaled(window, input)
    check_length("output_shape", wanted, len(input), "axis of 'input'")
    check_scales_down(window, wanted, input)
    return wanted


def check_scales_down(window: Window, wanted: Shape, input: Shape) -> None:
    """Scaling the wanted extents down must give the input's back; both are of the axes that the window slides over."""
    check_positive("output_shape", wanted)
    down = down_scaled(window, wanted, "output_shape")
    for axis, (extent, given) in enumerate(zip(down, input, strict=True)):
        if differ(extent, given):
            message = (
                f"'output_shape' has {wanted[axis]} on axis {axis + window.first}, which scales down to {extent}, "
                f"but 'input' has {given}"
            )
            raise Refusal("shape-mismatch", message, "output_shape", axis + window.first)


def groups_of(call: Call) -> int:
    """The number of groups, not negative."""
    groups = integer(call, "groups")
    if groups < 0:
        raise Refusal("invalid-value", f"'groups' must not be negative, found {groups}", "groups")
    return groups
