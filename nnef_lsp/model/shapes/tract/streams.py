"""What has a state along the axis of time: delays, masks, running normalizations."""

from __future__ import annotations

from ...extents.dims import Shape
from .. import Call, shape_of
from ..checks import along_an_axis, check_axis, extents, integer


@shape_of("tract_pulse_delay")
def delay(call: Call) -> Shape:
    """The axis grows by the overlap."""
    shape, axis = list(call.shape("input")), integer(call, "axis")
    check_axis("axis", axis, len(shape))
    shape[axis] = shape[axis] + extents(call, "overlap")[0]
    return tuple(shape)


@shape_of(
    "tract_pulse_cumsum",
    "tract_pulse_mask",
    "tract_pulse_pulse_pad",
    "tract_extra_exp_mean_norm",
    "tract_extra_exp_unit_norm",
)
def stream(call: Call) -> Shape:
    """The shape of the input, which must have the axis."""
    return along_an_axis(call)
