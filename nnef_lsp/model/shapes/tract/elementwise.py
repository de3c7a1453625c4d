"""Element-wise operations: the shape of the operands, broadcast."""

from __future__ import annotations

from ...extents.dims import UNKNOWN, Dim, Shape
from .. import Call, Refusal, shape_of
from ..checks import broadcast_shapes


@shape_of(
    "recip",
    "square",
    "tract_core_erf",
    "tract_core_hard_swish",
    "tract_core_silu",
    "tract_transformers_silu",
    "tract_core_round_even",
    "tract_core_is_nan",
    "tract_core_bitnot",
)
def unary(call: Call) -> Shape:
    """The shape of the operand."""
    return call.shape("x")


@shape_of(
    "tract_core_is_inf",
    "tract_core_pow_const",
    "tract_core_gelu_approx",
    "tract_transformers_gelu_approx",
)
def same(call: Call) -> Shape:
    """The shape of the input."""
    return call.shape("input")


@shape_of("div", dialect="tract")
def div(call: Call) -> Shape:
    """4.2.2: an extent can be divided by a number, or by an extent that leaves nothing."""
    x, y = (call.tensor(name).value for name in ("x", "y"))
    if isinstance(y, Dim) and isinstance(x, (int, Dim)) and UNKNOWN not in (x, y) and x // y is UNKNOWN:
        if isinstance(x, Dim) and isinstance(y // x, int):
            return binary(call)
        raise Refusal("invalid-value", f"tract cannot divide the extent {x} by {y}", "y")
    return binary(call)


@shape_of("tract_core_bitand", "tract_core_bitor", "tract_core_bitxor", "tract_core_xor", "tract_shl", "tract_shr")
def binary(call: Call) -> Shape:
    """The operands broadcast, aligned from axis 0."""
    x, y = call.shape("x"), call.shape("y")
    return broadcast_shapes(x, y, "'x'", "'y'")
