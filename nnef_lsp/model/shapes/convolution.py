"""Convolution and its reverse (4.3.1), and the two separable ones (4.9.2).

Filters are [output channels, input channels / groups, ...] in conv, but [input channels, output channels / groups, ...]
in deconv (tract keeps the layout of conv there).  A bias is [1, channels]; all tools also take [channels], and a single
value.
"""

from __future__ import annotations

from typing import NamedTuple

from ..extents.dims import Extent, Shape, format_shape
from ..extents.relations import differ
from ..findings import Slug
from . import Call, Refusal, shape_of
from .checks import BORDERS, check_length, check_one_of, extents
from .windows import Window, check_scales_down, down_scaled, groups_of, up_scaled, window_of


class Conventions(NamedTuple):
    """What readers of convolutions disagree about."""

    # The specification has no 'ignore' here, but Khronos' runtimes execute it (as zeros) and models use it, so that it is
    # not refused.
    borders: tuple[str, ...] = (*BORDERS, "ignore")
    group_for_each: str = "channel"
    """What groups = 0 counts: each "channel" of the input, or each "filter"."""
    loose_bias: bool = False
    """Whether axes of extent 1 are dropped from a bias before its shape is looked at."""


SPECIFIED = Conventions()


@shape_of("conv")
def conv(call: Call, conventions: Conventions = SPECIFIED) -> Shape:
    """4.3.1: channels from the filter, spatial axes scaled down."""
    check_one_of(call, "border", conventions.borders)
    input, filter = call.shape("input"), call.shape("filter")
    check_ranks(input, filter, "filter")
    window = spatial_window(call, filter, "filter")
    check_conv_channels(input, filter, "filter", groups_of(call), conventions)
    check_bias(call, filter[0], conventions)
    return (input[0], filter[0], *down_scaled(window, input[2:]))


@shape_of("deconv")
def deconv(call: Call) -> Shape:
    """4.3.1: channels from the filter, spatial axes scaled up."""
    check_one_of(call, "border", SPECIFIED.borders)
    input, filter = call.shape("input"), call.shape("filter")
    check_ranks(input, filter, "filter")
    window = spatial_window(call, filter, "filter")
    wanted = tuple(extents(call, "output_shape"))
    channels = deconv_channels(input[1], filter, "filter", groups_of(call), wanted)
    check_bias(call, channels)
    return scaled_up(window, input, channels, wanted)


@shape_of("separable_conv")
def separable_conv(call: Call, conventions: Conventions = SPECIFIED) -> Shape:
    """4.9.2: each channel is filtered for itself, then the channels are mixed at every place."""
    check_one_of(call, "border", conventions.borders)
    input, plane, point = call.shape("input"), call.shape("plane_filter"), call.shape("point_filter")
    check_separable(input, plane, point)
    window = spatial_window(call, plane, "plane_filter")
    check_conv_channels(input, plane, "plane_filter", 0, conventions)
    filtered = (input[0], plane[0], *down_scaled(window, input[2:]))
    check_point_channels(filtered[1], point, groups_of(call))
    check_bias(call, point[0], conventions)
    return (input[0], point[0], *filtered[2:])


@shape_of("separable_deconv")
def separable_deconv(call: Call, conventions: Conventions = SPECIFIED) -> Shape:
    """4.9.2: the channels are mixed at every place, then each is scaled up for itself."""
    check_one_of(call, "border", conventions.borders)
    input, plane, point = call.shape("input"), call.shape("plane_filter"), call.shape("point_filter")
    check_separable(input, plane, point)
    window = spatial_window(call, plane, "plane_filter")
    mixed = deconv_channels(input[1], point, "point_filter", groups_of(call), ())
    wanted = tuple(extents(call, "output_shape"))
    channels = deconv_channels(mixed, plane, "plane_filter", 0, wanted)
    check_bias(call, channels, conventions)
    return scaled_up(window, input, channels, wanted)


def scaled_up(window: Window, input: Shape, channels: Extent, wanted: Shape) -> Shape:
    """The shape of a reverse convolution, computed or as `output_shape` says."""
    if not wanted:
        return (input[0], channels, *up_scaled(window, input[2:]))
    check_length("output_shape", wanted, len(input), "axis of 'input'")
    for axis, (expected, what) in enumerate(((input[0], "items of the batch"), (channels, "channels"))):
        if differ(wanted[axis], expected):
            message = f"'output_shape' has {wanted[axis]} {what}, but the result has {expected}"
            raise Refusal("shape-mismatch", message, "output_shape", axis)
    check_scales_down(window, wanted[2:], input[2:])
    return wanted


# ---- validity


def check_ranks(input: Shape, filter: Shape, name: str) -> None:
    """Filters have the rank of the input: batch, channels, spatial axes."""
    if len(input) < 2:
        message = f"'input' must have a batch and a channel axis, found {format_shape(input)}"
        raise Refusal("rank-mismatch", message, "input")
    if len(filter) != len(input):
        message = (
            f"'{name}' must have the rank {len(input)} of 'input' {format_shape(input)}, found {format_shape(filter)}"
        )
        raise Refusal("rank-mismatch", message, name)


def check_separable(input: Shape, plane: Shape, point: Shape) -> None:
    """A plane filter has one input channel, a point filter covers one place."""
    check_ranks(input, plane, "plane_filter")
    check_ranks(input, point, "point_filter")
    if differ(plane[1], 1):
        message = (
            f"'plane_filter' must have 1 channel on axis 1, as it filters each channel for itself, found {plane[1]}"
        )
        raise Refusal("shape-mismatch", message, "plane_filter")
    if any(differ(extent, 1) for extent in point[2:]):
        message = f"'point_filter' must have extent 1 on all spatial axes, found {format_shape(point)}"
        raise Refusal("shape-mismatch", message, "point_filter")


def spatial_window(call: Call, filter: Shape, owner: str) -> Window:
    """The window of an operation that slides over the spatial axes."""
    return window_of(call, filter[2:], owner, 2, "spatial axis of 'input'")


def check_conv_channels(input: Shape, filter: Shape, name: str, groups: int, conventions: Conventions) -> None:
    """Input channels are those of the filter times the groups, and the groups share the output channels evenly."""
    number: Extent = groups or (input[1] if conventions.group_for_each == "channel" else filter[0])
    if differ(filter[1] * number, input[1]):
        message = (
            f"'{name}' has {filter[1]} input channels per group, "
            f"but 'input' has {input[1]} channels and {groups_text(groups, number)}"
        )
        raise Refusal("shape-mismatch", message, name)
    check_groups_divide(filter, name, groups, number)


def check_point_channels(channels: Extent, point: Shape, groups: int) -> None:
    """The point filter mixes the channels that the plane filter leaves."""
    number: Extent = groups or channels
    if differ(point[1] * number, channels):
        message = (
            f"'point_filter' has {point[1]} input channels per group, "
            f"but 'plane_filter' leaves {channels} channels and {groups_text(groups, number)}"
        )
        raise Refusal("shape-mismatch", message, "point_filter")
    check_groups_divide(point, "point_filter", groups, number)


def deconv_channels(channels: Extent, filter: Shape, name: str, groups: int, wanted: Shape) -> Extent:
    """The output channels of a reverse convolution of this many input channels.

    Depth-wise (groups = 0) there are as many groups as output channels, a number that only `output_shape` tells where
    several input channels make one group.
    """
    if differ(filter[0], channels):
        message = f"'{name}' has {filter[0]} input channels on axis 0, but there are {channels} channels to scale up"
        raise Refusal("shape-mismatch", message, name)
    number: Extent = groups or (wanted[1] if len(wanted) > 1 else channels)
    check_groups_divide(filter, name, groups, number)
    return filter[1] * number


def check_groups_divide(filter: Shape, name: str, groups: int, number: Extent) -> None:
    """The number of groups divides the extent of the filter's batch axis."""
    batch = filter[0]
    if isinstance(batch, int) and isinstance(number, int) and number > 0 and batch % number:
        message = f"{groups_text(groups, number)} does not divide the {batch} filters on axis 0 of '{name}'"
        raise Refusal("shape-mismatch", message, "groups" if groups else name)


def groups_text(groups: int, number: Extent) -> str:
    """The groups in words."""
    return f"groups = {groups}" if groups else f"groups = 0 (depth-wise, {number} groups)"


def check_bias(call: Call, channels: Extent, conventions: Conventions = SPECIFIED) -> None:
    """[1, channels], [channels] or singular."""
    bias = call.tensor("bias").shape
    if bias is None:
        return
    if conventions.loose_bias:
        bias = tuple(extent for extent in bias if extent != 1)
    fits = not bias or not differ(bias[-1], channels) or bias[-1] == 1
    if len(bias) > 2 or not fits or (len(bias) == 2 and differ(bias[0], 1)):
        rule: Slug = "rank-mismatch" if len(bias) > 2 else "shape-mismatch"
        message = (
            f"'bias' must have the shape [1, {channels}], one value for each output channel, found {format_shape(bias)}"
        )
        raise Refusal(rule, message, "bias")
