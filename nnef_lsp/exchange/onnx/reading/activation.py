"""Activation functions."""

from __future__ import annotations

from typing import Any

from . import reads
from .node import Node
from .statements import Operand, Ref

PLAIN = {"Relu": "relu", "Sigmoid": "sigmoid", "Softplus": "softplus"}


@reads(*PLAIN)
def plain(node: Node) -> Operand:
    return node.emit(PLAIN[node.proto.op_type], node.tensor(0))


@reads("LeakyRelu")
def leaky_relu(node: Node) -> Operand:
    return node.emit("leaky_relu", node.tensor(0), alpha=float(node.attribute("alpha", 0.01)))


@reads("PRelu")
def prelu(node: Node) -> Operand:
    """Before version 7 a slope of rank 1 is that of the channels."""
    slope = node.known(1)
    if node.opset < 7 and len(slope.shape) == 1 and slope.size > 1:
        return node.emit("prelu", node.tensor(0), node.operand(slope, (1, slope.size)))
    return node.emit("prelu", *node.aligned(0, 1))


@reads("Elu")
def elu(node: Node) -> Operand:
    alpha = float(node.attribute("alpha", 1.0))
    return node.emit("elu", node.tensor(0), alpha=None if alpha == 1 else alpha)


@reads("Selu")
def selu(node: Node) -> Operand:
    alpha, gamma = float(node.attribute("alpha", 1.67326319)), float(node.attribute("gamma", 1.05070102))
    if node.opset < 6:
        alpha, gamma = float(node.attribute("alpha", 1.6732)), float(node.attribute("gamma", 1.0507))
    usual = abs(alpha - 1.67326319) < 1e-6 and abs(gamma - 1.05070102) < 1e-6
    attributes: dict[str, Any] = {} if usual else {"alpha": alpha, "lambda": gamma}
    return node.emit("selu", node.tensor(0), **attributes)


@reads("HardSigmoid")
def hard_sigmoid(node: Node) -> Operand:
    return _hard(node, node.tensor(0), float(node.attribute("alpha", 0.2)), float(node.attribute("beta", 0.5)))


def _hard(node: Node, x: Operand, alpha: float, beta: float) -> Ref:
    line = node.emit("add", node.emit("mul", x, alpha), beta)
    return node.emit("clamp", line, 0.0, 1.0)


@reads("HardSwish")
def hard_swish(node: Node) -> Operand:
    x = node.tensor(0)
    return node.emit("mul", x, _hard(node, x, 1 / 6, 0.5))


@reads("Swish")
def swish(node: Node) -> Operand:
    x, alpha = node.tensor(0), float(node.attribute("alpha", 1.0))
    if alpha == 1:
        return node.emit("silu", x)
    return node.emit("mul", x, node.emit("sigmoid", node.emit("mul", x, alpha)))


@reads("Mish")
def mish(node: Node) -> Operand:
    x = node.tensor(0)
    return node.emit("mul", x, node.emit("tanh", node.emit("softplus", x)))


@reads("Softsign")
def softsign(node: Node) -> Operand:
    x = node.tensor(0)
    return node.emit("div", x, node.emit("add", node.emit("abs", x), 1.0))


@reads("ThresholdedRelu")
def thresholded_relu(node: Node) -> Operand:
    x = node.tensor(0)
    return node.emit("select", node.emit("gt", x, float(node.attribute("alpha", 1.0))), x, 0.0)


@reads("Shrink")
def shrink(node: Node) -> Operand:
    x = node.real(node.tensor(0))
    bias, edge = float(node.attribute("bias", 0.0)), float(node.attribute("lambd", 0.5))
    high = node.emit("select", node.emit("gt", x, edge), node.emit("sub", x, bias) if bias else x, 0.0)
    return node.emit("select", node.emit("lt", x, -edge), node.emit("add", x, bias) if bias else x, high)


@reads("Celu")
def celu(node: Node) -> Operand:
    x, alpha = node.tensor(0), float(node.attribute("alpha", 1.0))
    low = node.emit(
        "min", node.emit("mul", node.emit("sub", node.emit("exp", node.emit("div", x, alpha)), 1.0), alpha), 0.0
    )
    return node.emit("add", node.emit("max", x, 0.0), low)


def _axes(node: Node) -> list[int]:
    """Before version 13 Softmax takes all axes from the one named on together; those of extent 1 change nothing."""
    if node.opset >= 13:
        return [node.axis(-1)]
    axis = node.axis(1)
    wide = [other for other in range(axis, node.rank()) if node.shape()[other] > 1]
    return wide or [min(axis, max(node.rank() - 1, 0))]


@reads("Softmax")
def softmax(node: Node) -> Operand:
    axes = _axes(node)
    return node.emit("softmax", node.tensor(0), axes=None if axes == [1] else axes)


@reads("LogSoftmax")
def log_softmax(node: Node) -> Operand:
    """x - max - log of the sum of exponentials, which keeps what a softmax would round to 0."""
    x, axes = node.tensor(0), _axes(node)
    centred = node.emit("sub", x, node.emit("max_reduce", x, axes=axes))
    total = node.emit("sum_reduce", node.emit("exp", centred), axes=axes)
    return node.emit("sub", centred, node.emit("log", total))


@reads("Hardmax")
def hardmax(node: Node) -> Operand:
    """1 at the first maximum: where the position is that of the maximum."""
    import numpy as np

    axes = _axes(node)
    if len(axes) != 1:
        from ...errors import Inexpressible

        raise Inexpressible("it is over several axes")
    (axis,) = axes
    index = node.emit("cast", node.emit("argmax_reduce", node.tensor(0), axes=axes), generic="scalar")
    shape = [1] * node.rank()
    shape[axis] = -1
    places = node.array(np.arange(node.shape()[axis], dtype=np.float32).reshape(shape), "places")
    return node.emit("select", node.emit("eq", index, places), 1.0, 0.0)
