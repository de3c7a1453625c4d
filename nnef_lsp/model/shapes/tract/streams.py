"""What has a state along the axis of time: delays, masks, running normalizations."""

from __future__ import annotations

from ...dtypes.promotion import UNSURE
from ...extents.dims import Shape, format_shape
from ...extents.relations import differ
from .. import Call, Refusal, shape_of
from ..checks import along_an_axis, check_axis, extents, integer


@shape_of("tract_pulse_delay")
def delay(call: Call) -> Shape:
    """The axis grows by the overlap."""
    shape, axis = list(call.shape("input")), integer(call, "axis")
    check_axis("axis", axis, len(shape))
    shape[axis] = shape[axis] + extents(call, "overlap")[0]
    return tuple(shape)


@shape_of("tract_pulse_cumsum", "tract_pulse_mask", "tract_pulse_pulse_pad")
def stream(call: Call) -> Shape:
    """The shape of the input, which must have the axis."""
    return along_an_axis(call)


@shape_of("tract_extra_exp_mean_norm", "tract_extra_exp_unit_norm")
def running(call: Call) -> Shape:
    """The shape of the input; the state is what it has at one place of the axis, of complex items the absolute values."""
    input, axis, state = along_an_axis(call), integer(call, "axis"), call.tensor("state")
    end = len(input) - 1 if call.arguments.get("complex") is True else len(input)
    wanted = (*input[:axis], *input[axis + 1 : end])
    if state.shape is not None and (len(state.shape) != len(wanted) or any(map(differ, state.shape, wanted))):
        message = f"the state must be {format_shape(wanted)}, as the input without axis {axis}, found {format_shape(state.shape)}"
        raise Refusal("shape-mismatch", message, "state")
    dtype = call.tensor("input").dtype
    if state.dtype != dtype and not {state.dtype, dtype} & {*UNSURE}:
        raise Refusal("operand-types", f"the state must be of the input's type {dtype}, found {state.dtype}", "state")
    return input
