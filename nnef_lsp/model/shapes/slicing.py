"""Taking parts of a tensor and repeating it: slice (4.5.4), pad (4.5.5), tile (4.5.6), gather (4.5.7)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ..extents.dims import UNKNOWN, Extent, Shape, ceil_div
from . import Call, Refusal, shape_of
from .checks import (
    BORDERS,
    check_axis,
    check_length,
    check_one_of,
    check_positive,
    check_result,
    extents,
    integer,
    integers,
    pairs,
)


@shape_of("slice")
def slice(call: Call) -> Shape:
    """4.5.4: a range of items on each of the axes listed.

    Where the stride does not divide the range, the last partial step counts, as in all tools; the text of the
    specification would round down, its example ranges would not.
    """
    open_end = all(stride == 1 for stride in strides_of(call, len(integers(call, "axes"))))

    def count(index: int, extent: Extent, begin: Extent, end: Extent, stride: Extent) -> Extent:
        return length(index, extent, begin, extent if open_end and end == 0 else end, stride)

    return sliced(call, count)


Count = Callable[[int, Extent, Extent, Extent, Extent], Extent]
"""From an item of `axes`, the extent of that axis, begin, end and stride to the number of items."""


def sliced(call: Call, count: Count) -> Shape:
    """The shape with the extents of all axes listed counted."""
    axes, begins, ends = integers(call, "axes"), extents(call, "begin"), extents(call, "end")
    strides = strides_of(call, len(axes))
    check_length("begin", begins, len(axes), "item of 'axes'")
    check_length("end", ends, len(axes), "item of 'axes'")
    shape = list(call.shape("input"))
    for index, (axis, begin, end, stride) in enumerate(zip(axes, begins, ends, strides, strict=True)):
        check_axis("axes", axis, len(shape), index)
        shape[axis] = count(index, shape[axis], begin, end, stride)
    return tuple(shape)


def strides_of(call: Call, count: int) -> list[Extent]:
    """One stride for each axis, not 0; 1 where the list is empty."""
    if "stride" not in call.arguments:  # tract's library declares none
        return [1] * count
    strides = extents(call, "stride")
    if not strides:
        return [1] * count
    check_length("stride", strides, count, "item of 'axes'")
    for index, stride in enumerate(strides):
        if stride == 0:
            raise Refusal("invalid-value", "'stride' must not be 0", "stride", index)
    return strides


def length(index: int, extent: Extent, begin: Extent, end: Extent, stride: Extent) -> Extent:
    """The number of items from begin to end, counted from the end where negative and clamped."""
    if begin == 0 and end is extent and stride == 1:
        return extent
    if not (isinstance(extent, int) and isinstance(begin, int) and isinstance(end, int) and isinstance(stride, int)):
        return UNKNOWN
    first, last = clamped(begin, extent), clamped(end, extent)
    if stride > 0:
        if first < 0:
            raise before_start(index, begin, extent)
        if last < first:
            raise wrong_order(index, first, last, "positive")
        return ceil_div(last - first, stride)
    if first >= extent:
        message = f"with a negative stride 'begin' must lie within the extent {extent}, found {begin}"
        raise Refusal("invalid-value", message, "begin", index)
    if last > first:
        raise wrong_order(index, first, last, "negative")
    return ceil_div(first - last, -stride)


def clamped(bound: int, extent: int) -> int:
    """A bound counted from the start, between -1 and the extent."""
    return max(-1, min(bound + extent if bound < 0 else bound, extent))


def before_start(index: int, begin: int, extent: int) -> Refusal:
    """A begin that lies before item 0."""
    message = f"'begin' {begin} lies before the first item, the extent is {extent}"
    return Refusal("invalid-value", message, "begin", index)


def wrong_order(index: int, first: int, last: int, sign: str) -> Refusal:
    """Begin and end in the wrong order for the sign of the stride."""
    side = "before" if sign == "positive" else "after"
    message = f"with a {sign} stride 'end' must not lie {side} 'begin', found the range from {first} to {last}"
    return Refusal("invalid-value", message, "begin", index)


@shape_of("pad")
def pad(call: Call, modes: Sequence[str] = ("ignore", *BORDERS)) -> Shape:
    """4.5.5: each extent grows by the items before and after."""
    check_one_of(call, "border", modes)
    input, padding = call.shape("input"), pairs(call, "padding")
    check_length("padding", padding, len(input), "axis of 'input'")
    return check_result(
        tuple([before + extent + after for extent, (before, after) in zip(input, padding, strict=True)]), "padding"
    )


@shape_of("tile")
def tile(call: Call) -> Shape:
    """4.5.6: each extent is multiplied by its number of copies.

    By the specification they are positive; 0 is not refused, because Khronos' parser and tract give an empty tensor and
    exporters write it.
    """
    input, repeats = call.shape("input"), extents(call, "repeats")
    check_length("repeats", repeats, len(input), "axis of 'input'")
    check_positive("repeats", repeats, 0)
    return tuple([extent * count for extent, count in zip(input, repeats, strict=True)])


@shape_of("gather")
def gather(call: Call) -> Shape:
    """4.5.7: one axis is replaced by those of the indices."""
    input, indices, axis = call.shape("input"), call.shape("indices"), integer(call, "axis")
    check_axis("axis", axis, len(input))
    return (*input[:axis], *indices, *input[axis + 1 :])
