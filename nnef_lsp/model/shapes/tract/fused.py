"""Whole layers in one operation."""

from __future__ import annotations

import math

from ...dtypes.results import datum_type
from ...extents.dims import format_shape
from ...extents.relations import differ
from ...values.tensor import Tensor, tensor
from .. import Call, Refusal, shape_of
from ..checks import check_axis, integer

_FLOATS = ("f16", "f32", "f64", "?")


@shape_of("tract_core_scaled_rms_norm")
def scaled_rms_norm(call: Call) -> Tensor:
    """The shape of the input; one factor for each place on the axis."""
    input, scale, axis = call.shape("input"), call.shape("scale"), integer(call, "axis")
    check_axis("axis", axis, len(input))
    if len(scale) != 1 or differ(scale[0], input[axis]):
        raise Refusal(
            "shape-mismatch",
            f"'scale' must be {format_shape((input[axis],))}, as long as the axis, found {format_shape(scale)}",
            "scale",
        )
    dtype = datum_type(call, "out_dt")
    if dtype is not None and dtype not in _FLOATS:
        raise Refusal("invalid-value", f"'out_dt' must be f16, f32 or f64, found {dtype}", "out_dt")
    rounded = datum_type(call, "scale_dt")
    if rounded is not None and rounded not in _FLOATS:
        raise Refusal("invalid-value", f"'scale_dt' must be f16, f32 or f64, found {rounded}", "scale_dt")
    return tensor(dtype or call.tensor("input").dtype, input)


@shape_of("tract_core_clamped_swiglu")
def clamped_swiglu(call: Call) -> Tensor:
    """Two tensors of one shape; the result is always f32."""
    gate, up = call.shape("gate"), call.shape("up")
    if len(gate) != len(up) or any(map(differ, gate, up)):
        raise Refusal(
            "shape-mismatch", f"'gate' is {format_shape(gate)} and 'up' {format_shape(up)}; they must be the same", "up"
        )
    for name in ("gate", "up"):
        if call.tensor(name).dtype not in ("f16", "f32", "?"):
            raise Refusal("operand-types", f"'{name}' must be f16 or f32, found {call.tensor(name).dtype}", name)
    limit = call["limit"]
    if isinstance(limit, (int, float)) and not (math.isfinite(limit) and limit > 0):
        raise Refusal("invalid-value", f"'limit' must be above zero, found {limit}", "limit")
    return tensor("f32", gate)


@shape_of("tract_core_gru_seq")
def gru_seq(call: Call) -> tuple[Tensor, Tensor]:
    """All states, and the last one."""
    x, hidden = call.shape("x"), integer(call, "hidden")
    if len(x) != 3:
        raise Refusal("rank-mismatch", f"'x' must be [batch, time, input], found {format_shape(x)}", "x")
    if not call["projected"] and call.arguments.get("w") is None:
        raise Refusal("missing-argument", "'w' is needed unless 'x' is 'projected'", "x")
    times = x[1] if call["emit_y"] else 0
    return tensor("f32", (x[0], times, hidden)), tensor("f32", (x[0], 1, hidden))
