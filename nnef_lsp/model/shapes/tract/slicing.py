"""Parts of tensors, padding by numbers, copies side by side."""

from __future__ import annotations

from ...extents.dims import UNKNOWN, Shape, ceil_div
from .. import Call, Refusal, shape_of
from ..checks import check_axis, check_length, check_positive, extents, integer, pairs
from ..slicing import pad as standard_pad


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
    if UNKNOWN in repeats and call.host is not None:
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
    found: Shape = standard_pad(call)
    return found
