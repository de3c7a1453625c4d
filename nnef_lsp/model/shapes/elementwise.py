"""Element-wise operations (4.2), copies and sums of several tensors (4.9.6): the shape of the operands, broadcast.

Axes are aligned from axis 0; missing trailing axes count as 1.
"""

from __future__ import annotations

from ..extents.dims import Shape
from . import Call, Refusal, shape_of
from .checks import broadcast_shapes, check_results, integer
from .joining import check_same_shape, tensors


@shape_of(
    "copy", "neg", "rcp", "exp", "log", "sin", "cos", "tan", "sinh", "cosh", "tanh", "asin", "acos", "atan", "asinh",
    "acosh", "atanh", "abs", "sign", "not", "floor", "ceil", "round",  # 4.2.1
    "sqr", "sqrt", "rsqr", "rsqrt", "log2",  # 4.2.4
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
