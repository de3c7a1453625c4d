"""Activation functions (4.9.1)."""

from __future__ import annotations

from . import translated
from .call import Call
from .values import Value


@translated("relu")
def relu(call: Call) -> Value:
    return call.writer.node("Relu", call.tensor(0))


@translated("sigmoid")
def sigmoid(call: Call) -> Value:
    return call.writer.node("Sigmoid", call.tensor(0))


@translated("prelu")
def prelu(call: Call) -> Value:
    x, alpha = call.operands(0, 1)
    return call.writer.node("PRelu", x, call.to_rank(alpha, x.rank))


@translated("leaky_relu")
def leaky_relu(call: Call) -> Value:
    return call.writer.node("LeakyRelu", call.tensor(0), alpha=call.number("alpha"))


@translated("elu")
def elu(call: Call) -> Value:
    """Dialects may have it without a factor."""
    alpha = call.number("alpha") if "alpha" in call.attributes else 1.0
    return call.writer.node("Elu", call.tensor(0), alpha=alpha)


@translated("selu")
def selu(call: Call) -> Value:
    return call.writer.node("Selu", call.tensor(0), alpha=call.number("alpha"), gamma=call.number("lambda"))


@translated("gelu")
def gelu(call: Call) -> Value:
    """x * sigmoid(1.702 x), the body that the specification gives; ONNX's Gelu is another function."""
    x = call.tensor(0)
    return call.writer.node("Mul", x, call.writer.node("Sigmoid", call.scaled(x, 1.702)))


@translated("silu")
def silu(call: Call) -> Value:
    x = call.tensor(0)
    return call.writer.node("Mul", x, call.writer.node("Sigmoid", x))


@translated("softplus")
def softplus(call: Call) -> Value:
    return call.writer.node("Softplus", call.tensor(0))


@translated("softabs")
def softabs(call: Call) -> Value:
    return call.writer.node("Sqrt", call.plus(call.square(call.tensor(0)), call.number("epsilon")))


@translated("softmax")
def softmax(call: Call) -> Value:
    return softmax_over(call, call.tensor(0), call.ints("axes"))


def softmax_over(call: Call, x: Value, axes: list[int]) -> Value:
    """ONNX's Softmax is over one axis; before version 13 of the operators over all that follow as well."""
    if len(axes) == 1:
        (axis,) = axes
        last = all(extent == 1 for extent in x.known_shape[axis + 1 :])
        if last or not flattens(call):
            return call.writer.node("Softmax", x, axis=axis)
        order = [*(other for other in range(x.rank) if other != axis), axis]
        back = [order.index(other) for other in range(x.rank)]
        moved = call.writer.node("Softmax", call.transpose(x, order), axis=x.rank - 1)
        return call.transpose(moved, back)
    e = call.writer.node("Exp", call.writer.node("Sub", x, call.reduce("ReduceMax", x, axes)))
    return call.writer.node("Div", e, call.reduce("ReduceSum", e, axes))


def flattens(call: Call) -> bool:
    """Whether this version's Softmax takes all axes from the one named on together."""
    return call.writer.opset < 13
