"""Variable updates (4.8), copies and sums of several tensors (4.9.6)."""

from __future__ import annotations

from ..extents.dims import Shape, format_shape
from ..extents.relations import differ
from . import Call, Refusal, shape_of
from .checks import check_results, integer
from .joining import check_same_shape, tensors


@shape_of("update")
def update(call: Call) -> Shape:
    """4.8: the new value has the shape of the variable."""
    variable, value = call.shape("variable"), call.tensor("value").shape
    if value is not None and (len(value) != len(variable) or any(map(differ, value, variable))):
        message = f"'value' must have the shape {format_shape(variable)} of the variable, found {format_shape(value)}"
        raise Refusal("shape-mismatch", message, "value")
    return variable


@shape_of("copy_n")
def copy_n(call: Call) -> list[Shape]:
    """4.9.6: as many tensors as asked for."""
    times = integer(call, "times")
    if times < 1:
        raise Refusal("invalid-value", f"'times' must be positive, found {times}", "times")
    check_results(times, "'times'", "times")
    return [call.shape("x")] * times


@shape_of("add_n")
def add_n(call: Call) -> Shape:
    """4.9.6: all summands have the same shape."""
    values = tensors(call, "x")
    check_same_shape(values, "x")
    return values[0]
