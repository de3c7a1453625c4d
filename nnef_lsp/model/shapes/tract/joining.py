"""Joining and taking apart: extents must be proved to be equal, or be numbers."""

from __future__ import annotations

from ...extents.dims import Shape, format_shape
from .. import Call, Refusal, shape_of
from ..checks import check_axis, check_results, integer
from ..joining import concat as standard_concat
from ..joining import stack as standard_stack
from .proofs import check_number, unproved


@shape_of("concat", dialect="tract")
def concat(call: Call) -> Shape:
    """4.5.3: the extents on all other axes must be proved to be equal."""
    found: Shape = standard_concat(call)
    _check_equal(call, integer(call, "axis"))
    return found


@shape_of("stack", dialect="tract")
def stack(call: Call) -> Shape:
    """4.5.3: the shapes must be proved to be equal."""
    found: Shape = standard_stack(call)
    _check_equal(call, None)
    return found


def _check_equal(call: Call, free: int | None) -> None:
    first, *others = call.shapes("values")
    for index, other in enumerate(others, 1):
        for axis, (a, b) in enumerate(zip(first, other)):
            if axis != free and unproved(a, b):
                message = f"item 0 of 'values' is {format_shape(first)}, item {index} {format_shape(other)}: tract cannot prove that {a} is {b}"
                raise Refusal("shape-mismatch", message, "values", index)


@shape_of("unstack", dialect="tract")
def unstack(call: Call) -> list[Shape]:
    """4.5.3: the extent of the axis must be a number."""
    value, axis = call.shape("value"), integer(call, "axis")
    check_axis("axis", axis, len(value), of="'value'")
    check_number(value, axis, "value")
    number = value[axis] if isinstance(value[axis], int) else call.wanted
    if not isinstance(number, int):
        number = 0
    check_results(number, f"the extent of 'value' on axis {axis}", "axis")
    return [(*value[:axis], *value[axis + 1 :])] * number
