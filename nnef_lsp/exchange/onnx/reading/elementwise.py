"""Element-wise operators."""

from __future__ import annotations

import math

from ...errors import Inexpressible
from . import reads
from .node import MOST, Node
from .statements import Operand, Ref

UNARY = {
    "Neg": "neg", "Reciprocal": "rcp", "Exp": "exp", "Log": "log", "Sin": "sin", "Cos": "cos", "Tan": "tan", "Sinh": "sinh",
    "Cosh": "cosh", "Tanh": "tanh", "Asin": "asin", "Acos": "acos", "Atan": "atan", "Asinh": "asinh", "Acosh": "acosh",
    "Atanh": "atanh", "Abs": "abs", "Sign": "sign", "Floor": "floor", "Ceil": "ceil", "Sqrt": "sqrt",
}  # fmt: skip
BINARY = {"Add": "add", "Sub": "sub", "Mul": "mul", "Pow": "pow"}
COMPARING = {"Less": "lt", "Greater": "gt", "LessOrEqual": "le", "GreaterOrEqual": "ge"}
SEVERAL = {"Min": "min", "Max": "max", "Sum": "add"}


@reads(*UNARY)
def unary(node: Node) -> Operand:
    return whole(node, node.emit(UNARY[node.proto.op_type], node.real(node.tensor(0))))


def whole(node: Node, result: Ref) -> Ref:
    """The result in the data type that the output has."""
    if result.dtype != "scalar" or node.results[0].dtype == "scalar":
        return result
    return node.emit("cast", result, generic=node.results[0].dtype)


def sides(node: Node) -> list[Operand]:
    """Two operands, the axes of which NNEF's broadcasting aligns; old versions say by an attribute where they lie."""
    if node.opset < 7 and node.attribute("broadcast", 0) and node.rank(0) > node.rank(1):
        axis = int(node.attribute("axis", node.rank(0) - node.rank(1)))
        second = node.known(1)
        shape = (*([1] * (axis if axis >= 0 else axis + node.rank(0))), *second.shape)
        if second.items is not None:
            return [node.tensor(0), node.operand(second, shape) if second.shape else node.tensor(1)]
        operand = node.tensor(1)
        if isinstance(operand, Ref) and len(shape) > len(second.shape):
            operand = node.emit("unsqueeze", operand, axes=list(range(len(shape) - len(second.shape))))
        return [node.tensor(0), operand]
    return node.aligned(0, 1)


@reads(*BINARY)
def binary(node: Node) -> Operand:
    x, y = map(node.real, sides(node))
    return whole(node, node.emit(BINARY[node.proto.op_type], x, y))


@reads("Div")
def div(node: Node) -> Operand:
    """Whole numbers are divided towards zero."""
    x, y = map(node.real, sides(node))
    return whole(node, node.emit("div", x, y))


@reads("Mod")
def mod(node: Node) -> Operand:
    """x - y * floor(x / y), or with the sign of x."""
    x, y = map(node.real, sides(node))
    quotient: Ref = node.emit("div", x, y)
    if node.attribute("fmod", 0):
        steps = node.emit("mul", node.emit("sign", quotient), node.emit("floor", node.emit("abs", quotient)))
    else:
        steps = node.emit("floor", quotient)
    return whole(node, node.emit("sub", x, node.emit("mul", y, steps)))


@reads(*COMPARING)
def comparing(node: Node) -> Operand:
    x, y = map(node.real, sides(node))
    return node.emit(COMPARING[node.proto.op_type], x, y)


@reads("Equal")
def equal(node: Node) -> Operand:
    x, y = map(node.real, sides(node))
    return node.emit("eq", x, y)


@reads("And")
def and_(node: Node) -> Operand:
    return node.emit("and", *sides(node))


@reads("Or")
def or_(node: Node) -> Operand:
    return node.emit("or", *sides(node))


@reads("Xor")
def xor(node: Node) -> Operand:
    """Other than each other, as numbers."""
    x, y = map(node.real, sides(node))
    return node.emit("ne", x, y)


@reads("Not")
def not_(node: Node) -> Operand:
    return node.emit("not", node.tensor(0))


@reads(*SEVERAL)
def several(node: Node) -> Operand:
    operands = [node.real(item) for item in node.align([node.known(n) for n in range(len(node.operands))])]
    shapes = {item.shape for item in node.operands if item is not None}
    if node.proto.op_type == "Sum" and len(operands) > 2 and len(shapes) == 1:
        return node.emit("add_n", operands)
    result = operands[0]
    for item in operands[1:]:
        result = node.emit(SEVERAL[node.proto.op_type], result, item)
    return whole(node, result) if isinstance(result, Ref) else result


@reads("Mean")
def mean(node: Node) -> Operand:
    total = several_of(node, "add")
    return node.emit("div", total, float(len(node.operands)))


def several_of(node: Node, operation: str) -> Operand:
    """The operands, combined one after the other."""
    operands = node.align([node.known(n) for n in range(len(node.operands))])
    result = operands[0]
    for item in operands[1:]:
        result = node.emit(operation, result, item)
    return result


@reads("Where")
def where(node: Node) -> Operand:
    condition, x, y = node.aligned(0, 1, 2)
    return node.emit("select", condition, x, y)


@reads("Identity")
def identity(node: Node) -> Operand:
    return node.tensor(0)


@reads("Dropout")
def dropout(node: Node) -> list[Operand]:
    """Nothing, when it is not trained; its mask is not there."""
    if node.has(2) and bool(node.items(2).any()):
        raise Inexpressible("it drops items at random, which is training")
    return [node.tensor(0)]


@reads("Round")
def round_(node: Node) -> Operand:
    """Halves go to the even number, in NNEF upwards."""
    x = node.tensor(0)
    fraction = node.emit("sub", x, node.emit("floor", x))
    even = node.emit("mul", node.emit("round", node.emit("mul", x, 0.5)), 2.0)
    return node.emit("select", node.emit("eq", fraction, 0.5), even, node.emit("round", x))


@reads("Clip")
def clip(node: Node) -> Operand:
    low, high = limits(node)
    x = node.real(node.tensor(0))
    if low is not None and high is not None:
        return whole(
            node, node.emit("clamp", x, low, high) if low <= high else node.emit("min", node.emit("max", x, low), high)
        )
    if low is not None:
        return whole(node, node.emit("max", x, low))
    return x if high is None else whole(node, node.emit("min", x, high))


def limits(node: Node) -> tuple[float | None, float | None]:
    """The limits of Clip, None for one that is not there or limits nothing."""
    if node.opset < 11:
        low, high = node.attribute("min"), node.attribute("max")
    else:
        low, high = (node.number(place) if node.has(place) else None for place in (1, 2))
    return (
        None if low is None or low < -3.4e38 else float(low),
        None if high is None or high > 3.4e38 else float(high),
    )


@reads("Erf")
def erf(node: Node) -> Operand:
    node.emitter.fragments["erf"] = ERF
    return node.emit("erf", node.tensor(0))


ERF = """# The error function, by formula 7.1.26 of Abramowitz and Stegun: off by 1.5e-7 at most.
fragment erf( x: tensor<scalar> ) -> ( y: tensor<scalar> )
{
    t = 1.0 / (1.0 + 0.3275911 * abs(x));
    p = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
    y = sign(x) * (1.0 - p * exp(-x * x));
}
"""
GELU = """# x * P(X <= x) of the normal distribution, as ONNX and PyTorch define gelu; NNEF's gelu is an approximation.
fragment gelu_erf( x: tensor<scalar> ) -> ( y: tensor<scalar> )
{
    y = 0.5 * x * (1.0 + erf(x * 0.70710678));
}
"""


@reads("Gelu")
def gelu(node: Node) -> Operand:
    x = node.tensor(0)
    if node.attribute("approximate", "none") == "tanh":
        cube = node.emit("mul", node.emit("mul", x, x), x)
        inner = node.emit("add", x, node.emit("mul", cube, 0.044715))
        bell = node.emit("tanh", node.emit("mul", inner, math.sqrt(2 / math.pi)))
        return node.emit("mul", node.emit("mul", x, 0.5), node.emit("add", bell, 1.0))
    node.emitter.fragments["erf"] = ERF
    node.emitter.fragments["gelu_erf"] = GELU
    return node.emit("gelu_erf", x)


@reads("IsNaN")
def is_nan(node: Node) -> Operand:
    return node.emit("ne", node.tensor(0), node.tensor(0))


@reads("IsInf")
def is_infinite(node: Node) -> Operand:
    """Beyond the largest number."""
    x = node.tensor(0)
    negative, positive = node.attribute("detect_negative", 1), node.attribute("detect_positive", 1)
    if negative and positive:
        return node.emit("gt", node.emit("abs", x), MOST)
    return node.emit("gt", x, MOST) if positive else node.emit("lt", x, -MOST)


@reads("CumSum")
def cumulative(node: Node) -> Operand:
    """A product with a triangular matrix of ones."""
    import numpy as np

    axis = int(node.number(1))
    axis += node.rank() if axis < 0 else 0
    count = node.shape()[axis]
    matrix = np.tri(count, k=-1 if node.attribute("exclusive", 0) else 0)
    matrix = matrix.T if node.attribute("reverse", 0) else matrix
    return whole(node, weighted(node, node.real(node.tensor(0)), node.rank(), axis, matrix))


def weighted(node: Node, x: Operand, rank: int, axis: int, matrix: object, hint: str = "weights") -> Ref:
    """An axis replaced by sums of its items, each weighted with a row of a matrix."""
    import numpy as np

    order = [*(other for other in range(rank) if other != axis), axis]
    moved = order != list(range(rank))
    if moved:
        x = node.emit("transpose", x, axes=order)
    rows = np.asarray(matrix, np.float32)
    if rank < 2:
        x = node.emit("unsqueeze", x, axes=[0])
    factor = node.array(rows.reshape((1,) * (max(rank, 2) - 2) + rows.shape), hint)
    product = node.emit("matmul", x, factor, transposeB=True)
    if rank < 2:
        return node.emit("squeeze", product, axes=[0])
    return node.emit("transpose", product, axes=[order.index(other) for other in range(rank)]) if moved else product
