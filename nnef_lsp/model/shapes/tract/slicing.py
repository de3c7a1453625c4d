"""Parts of tensors, padding by numbers, copies side by side."""

from __future__ import annotations

from ...extents.dims import UNKNOWN, Extent, Shape, ceil_div
from ...extents.relations import less
from .. import Call, Refusal, shape_of
from ..checks import check_axis, check_length, check_positive, extents, integer, pairs
from ..slicing import pad as standard_pad
from ..slicing import sliced


@shape_of("tract_core_trilu")
def trilu(call: Call) -> Shape:
    """The shape of the input."""
    return call.shape("input")


@shape_of("tract_core_downsample")
def downsample(call: Call) -> Shape:
    """Every n-th slice of an axis."""
    shape, axis = list(call.shape("input")), integer(call, "axis")
    check_axis("axis", axis, len(shape))
    stride, modulo = integer(call, "stride"), integer(call, "modulo")
    if stride == 0 or (stride < 0 and modulo):
        what = "'stride' must not be 0" if stride == 0 else "'modulo' must be 0 with a negative stride"
        raise Refusal("invalid-value", what, "modulo" if stride else "stride")
    shape[axis] = ceil_div(shape[axis] - modulo, abs(stride))
    return tuple(shape)


@shape_of("tile", dialect="tract")
def tile(call: Call) -> Shape:
    """Each extent times its number of copies; new symbols on all axes where only a run knows one of them."""
    input, repeats = call.shape("input"), extents(call, "repeats")
    check_length("repeats", repeats, len(input), "axis of 'input'")
    check_positive("repeats", repeats, 0)
    if UNKNOWN in repeats and call.asker is not None:
        repeats = [call.host.context.fresh("_tile_mult_") for _ in repeats]
    return tuple([extent * count for extent, count in zip(input, repeats)])


@shape_of("pad", dialect="tract")
def pad(call: Call) -> Shape:
    """4.5.5: what is added must be numbers."""
    for index, pair in enumerate(pairs(call, "padding")):
        for extent in pair:
            if not isinstance(extent, int) and extent is not UNKNOWN:
                raise Refusal(
                    "invalid-value",
                    f"tract takes numbers only for 'padding', item {index} has {extent}",
                    "padding",
                    index,
                )
    return standard_pad(call, ("constant", "replicated", "reflect"))


@shape_of("slice", dialect="tract")
def slice(call: Call) -> Shape:
    """4.5.4: bounds are taken as tract takes them."""
    return sliced(call, length)


_LAST = (1 << 63) - 1


def length(index: int, extent: Extent, begin: Extent, end: Extent, stride: Extent) -> Extent:
    """The number of items that tract takes.

    It takes bounds literally unless the end lies before the begin; only then it counts from the end of the axis, and
    rightly so only if the extent is a number.  It has no negative strides.
    """
    if less(stride, 0):
        raise Refusal("invalid-value", f"tract slices forwards only, 'stride' is {stride}", "stride", index)
    if end == _LAST:  # some exporters' "to the end", which tract reads as yet another bound
        return UNKNOWN
    if less(end, begin):
        if not (isinstance(extent, int) and isinstance(begin, int) and isinstance(end, int)):
            return UNKNOWN
        begin = begin + extent if begin < 0 else begin
        end = end + extent if end <= 0 else min(end, extent)
    if (less(begin, 0) and isinstance(extent, int)) or less(extent, end) or less(end, begin):
        message = f"tract cannot take the range from {begin} to {end} of an axis of extent {extent}"
        raise Refusal("invalid-value", message, "begin", index)
    return ceil_div(end - begin, stride) if isinstance(stride, int) else UNKNOWN
