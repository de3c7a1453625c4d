"""Convolutions of which tract asks more than the specification."""

from __future__ import annotations

from ...extents.dims import Shape, format_shape
from ...extents.relations import differ
from .. import Call, Refusal, shape_of
from ..checks import check_one_of, extents, integer
from ..convolution import Conventions, check_conv_channels, check_ranks, spatial_window
from ..convolution import conv as standard_conv
from ..convolution import separable_conv as standard_separable_conv
from ..convolution import separable_deconv as standard_separable_deconv
from ..windows import groups_of, up_scaled
from .proofs import check_automatic, check_number

CONVENTIONS = Conventions(("constant",), "filter", loose_bias=True)
"""tract stops with a panic at any border but zeros."""


@shape_of("conv", dialect="tract")
def conv(call: Call) -> Shape:
    """4.3.1: as specified, by tract's conventions."""
    return standard_conv(call, CONVENTIONS)


@shape_of("separable_deconv", dialect="tract")
def separable_deconv(call: Call) -> Shape:
    """4.9.2: as specified, by tract's conventions."""
    return standard_separable_deconv(call, CONVENTIONS)


@shape_of("deconv", dialect="tract")
def deconv(call: Call) -> Shape:
    """4.3.1: the filter is laid out as in conv, and `output_shape` counts only where it has the spatial axes alone.

    Automatic padding wants a window longer than the stride, `output_shape` an input of known extents.
    """
    check_one_of(call, "border", CONVENTIONS.borders)
    input, filter = call.shape("input"), call.shape("filter")
    check_ranks(input, filter, "filter")
    window = spatial_window(call, filter, "filter")
    wanted = tuple(extents(call, "output_shape"))
    check_conv_channels(input, filter, "filter", groups_of(call), CONVENTIONS)
    spatial = wanted if len(wanted) == len(window.size) else up_scaled(window, input[2:])
    check_automatic(window)
    if len(wanted) == len(input) - 2:
        for axis in range(2, len(input)):
            check_number(input, axis, "input")
    return (input[0], filter[0], *spatial)


@shape_of("separable_conv", dialect="tract")
def separable_conv(call: Call) -> Shape:
    """4.9.2: groups = 0 means as many as the point filter has output channels."""
    found: Shape = standard_separable_conv(call, CONVENTIONS)
    plane, point = call.shape("plane_filter"), call.shape("point_filter")
    if integer(call, "groups") == 0 and differ(point[1] * point[0], plane[0]):
        message = f"with groups = 0 'point_filter' {format_shape(point)} takes {point[1] * point[0]} channels, there are {plane[0]}"
        raise Refusal("shape-mismatch", message, "point_filter")
    return found
