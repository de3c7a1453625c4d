"""Element-wise operations (4.2)."""

from __future__ import annotations

import math

from . import translated
from .call import Call
from .values import FLOATS, Value

UNARY = {
    "copy": "Identity", "neg": "Neg", "rcp": "Reciprocal", "exp": "Exp", "log": "Log", "sin": "Sin", "cos": "Cos",
    "tan": "Tan", "sinh": "Sinh", "cosh": "Cosh", "tanh": "Tanh", "asin": "Asin", "acos": "Acos", "atan": "Atan",
    "asinh": "Asinh", "acosh": "Acosh", "atanh": "Atanh", "abs": "Abs", "sign": "Sign", "not": "Not", "floor": "Floor",
    "ceil": "Ceil", "sqrt": "Sqrt",
}  # fmt: skip
BINARY = {
    "add": "Add", "sub": "Sub", "mul": "Mul", "div": "Div", "pow": "Pow", "lt": "Less", "gt": "Greater",
    "le": "LessOrEqual", "ge": "GreaterOrEqual", "eq": "Equal", "and": "And", "or": "Or", "min": "Min", "max": "Max",
}  # fmt: skip


def _unary(operator: str) -> None:
    def write(call: Call) -> Value:
        return call.writer.node(operator, call.tensor(0))

    translated(next(name for name, known in UNARY.items() if known == operator))(write)


def _binary(operator: str) -> None:
    def write(call: Call) -> Value:
        return call.writer.node(operator, *call.aligned(0, 1))

    translated(next(name for name, known in BINARY.items() if known == operator))(write)


for _operator in UNARY.values():
    _unary(_operator)
for _operator in BINARY.values():
    _binary(_operator)


@translated("ne")
def ne(call: Call) -> Value:
    return call.writer.node("Not", call.writer.node("Equal", *call.aligned(0, 1)))


@translated("round")
def round_(call: Call) -> Value:
    """floor(x + 0.5): ONNX's Round rounds halves to even."""
    x = call.tensor(0)
    return rounded(call, x) if x.element in FLOATS else x


def rounded(call: Call, value: Value) -> Value:
    """Rounded to the nearest whole number, halves upwards."""
    return call.writer.node("Floor", call.plus(value, 0.5))


@translated("select")
def select(call: Call) -> Value:
    condition, *values = call.align([call.tensor(0), *call.operands(1, 2)])
    return call.writer.node("Where", condition, *values)


@translated("sqr")
def sqr(call: Call) -> Value:
    return call.square(call.tensor(0))


@translated("rsqr")
def rsqr(call: Call) -> Value:
    return call.writer.node("Reciprocal", call.square(call.tensor(0)))


@translated("rsqrt")
def rsqrt(call: Call) -> Value:
    return call.writer.node("Reciprocal", call.writer.node("Sqrt", call.tensor(0)))


@translated("log2")
def log2(call: Call) -> Value:
    return logarithm_2(call, call.tensor(0))


def logarithm_2(call: Call, value: Value) -> Value:
    """To the base of 2."""
    return call.scaled(call.writer.node("Log", value), 1 / math.log(2))


@translated("clamp")
def clamp(call: Call) -> Value:
    """max(min(x, b), a), which is Clip unless the limits are tensors or the wrong way round."""
    low, high = call.literal(1), call.literal(2)
    x = call.tensor(0)
    if isinstance(low, (int, float)) and isinstance(high, (int, float)) and low <= high:
        if call.writer.takes("Clip", "min") and x.element in FLOATS:
            return call.writer.node("Clip", x, min=float(low), max=float(high))
        return call.writer.node("Clip", x, *call.operands(0, 1, 2)[1:])
    x, a, b = call.aligned(0, 1, 2)
    return call.writer.node("Max", call.writer.node("Min", x, b), a)


@translated("add_n")
def add_n(call: Call) -> Value:
    return call.writer.node("Sum", *call.tensors(0))


@translated("copy_n")
def copy_n(call: Call) -> list[Value]:
    return [call.writer.node("Identity", call.tensor(0)) for _ in call.facts()]
