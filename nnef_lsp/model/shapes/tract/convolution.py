"""Convolutions of which tract asks more than the specification."""

from __future__ import annotations

from ...extents.dims import Shape, format_shape
from ...extents.relations import differ
from .. import Call, Refusal, shape_of
from ..checks import extents, integer
from ..convolution import deconv as standard_deconv
from ..convolution import separable_conv as standard_separable_conv
from ..windows import window_of
from .proofs import check_automatic, check_number


@shape_of("deconv", dialect="tract")
def deconv(call: Call) -> Shape:
    """4.3.1: automatic padding wants a window longer than the stride, `output_shape` an input of known extents."""
    found: Shape = standard_deconv(call)
    input, filter = call.shape("input"), call.shape("filter")
    check_automatic(window_of(call, filter[2:], "filter", 2, "spatial axis of 'input'"))
    if len(extents(call, "output_shape")) == len(input) - 2:
        for axis in range(2, len(input)):
            check_number(input, axis, "input")
    return found


@shape_of("separable_conv", dialect="tract")
def separable_conv(call: Call) -> Shape:
    """4.9.2: groups = 0 means as many as the point filter has output channels."""
    found: Shape = standard_separable_conv(call)
    plane, point = call.shape("plane_filter"), call.shape("point_filter")
    if integer(call, "groups") == 0 and differ(point[1] * point[0], plane[0]):
        message = f"with groups = 0 'point_filter' {format_shape(point)} takes {point[1] * point[0]} channels, there are {plane[0]}"
        raise Refusal("shape-mismatch", message, "point_filter")
    return found
