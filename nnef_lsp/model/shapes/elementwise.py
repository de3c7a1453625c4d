"""Element-wise operations (4.2) and activation functions (4.9.1): the shape of the operands, broadcast.

Axes are aligned from axis 0; missing trailing axes count as 1.
"""

from __future__ import annotations

from ..extents.dims import Shape
from . import Call, shape_of
from .checks import broadcast_shapes, broadcast_to


@shape_of(
    "copy", "neg", "rcp", "exp", "log", "sin", "cos", "tan", "sinh", "cosh", "tanh", "asin", "acos", "atan", "asinh",
    "acosh", "atanh", "abs", "sign", "not", "floor", "ceil", "round",  # 4.2.1
    "sqr", "sqrt", "rsqr", "rsqrt", "log2",  # 4.2.4
    "sigmoid", "relu", "leaky_relu", "elu", "selu", "gelu", "silu", "softplus", "softabs",  # 4.9.1
)  # fmt: skip
def unary(call: Call) -> Shape:
    """4.2.1: the shape of the operand."""
    return call.shape("x")


@shape_of("add", "sub", "mul", "div", "pow", "lt", "gt", "le", "ge", "eq", "ne", "and", "or", "min", "max")
def binary(call: Call) -> Shape:
    """4.2.2: on each axis the extents agree, or one of them is 1."""
    return broadcast_shapes(call.shape("x"), call.shape("y"), "'x'", "'y'")


@shape_of("select")
def select(call: Call) -> Shape:
    """4.2.3: all three operands broadcast."""
    return ternary(call, "condition", "true_value", "false_value")


@shape_of("clamp")
def clamp(call: Call) -> Shape:
    """4.2.4: all three operands broadcast."""
    return ternary(call, "x", "a", "b")


def ternary(call: Call, first: str, second: str, third: str) -> Shape:
    """Broadcast of three operands, naming those that do not fit."""
    result = broadcast_shapes(call.shape(first), call.shape(second), f"'{first}'", f"'{second}'")
    return broadcast_shapes(result, call.shape(third), f"'{first}' and '{second}'", f"'{third}'")


@shape_of("prelu")
def prelu(call: Call) -> Shape:
    """4.9.1: the slope is repeated to the shape of the argument, never the other way round."""
    x, alpha = call.shape("x"), call.shape("alpha")
    return broadcast_to(call, "alpha", alpha, x, "'x'")
