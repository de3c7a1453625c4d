"""Normalization."""

from __future__ import annotations

from ...errors import Inexpressible
from . import reads
from .node import Node
from .statements import Operand


@reads("BatchNormalization")
def batch_normalization(node: Node) -> list[Operand]:
    if node.attribute("training_mode", 0) or ((node.opset < 7 and not node.attribute("is_test", 0)) and _more(node)):
        raise Inexpressible("it computes its statistics from the batch, which is training")
    channels = node.shape()[1] if node.rank() > 1 else node.shape()[0]
    scale, offset, mean, variance = (_vector(node, place, channels) for place in (1, 2, 3, 4))
    epsilon = float(node.attribute("epsilon", 1e-5))
    return [node.emit("batch_normalization", node.tensor(0), mean, variance, offset, scale, epsilon=epsilon)]


def _more(node: Node) -> bool:
    return any(item.name for item in node.results[1:])


def _vector(node: Node, place: int, channels: int) -> Operand:
    known = node.known(place)
    shape = (1, channels) if node.rank() > 1 else (channels,)
    if known.items is not None:
        return node.operand(known, shape)
    return node.emit("unsqueeze", node.tensor(place), axes=[0])


@reads("InstanceNormalization")
def instance_normalization(node: Node) -> Operand:
    """Mean and variance of each plane, then a scale and a shift for each channel."""
    axes = list(range(2, node.rank()))
    x = node.tensor(0)
    mean, variance = node.emit_several("moments", x, results=2, axes=axes)
    scale, offset = (_vector(node, place, node.shape()[1]) for place in (1, 2))
    epsilon = float(node.attribute("epsilon", 1e-5))
    return node.emit("batch_normalization", x, mean, variance, offset, scale, epsilon=epsilon)


@reads("LayerNormalization")
def layer_normalization(node: Node) -> list[Operand]:
    """Mean and variance over the last axes, scale and shift for each of their items."""
    axis = node.axis(-1)
    axes = list(range(axis, node.rank()))
    x = node.tensor(0)
    mean, variance = node.emit_several("moments", x, results=2, axes=axes)
    epsilon = float(node.attribute("epsilon", 1e-5))
    rank = node.rank()
    scale = node.to_rank(node.known(1), rank)
    offset: Operand = node.to_rank(node.known(2), rank) if node.has(2) else 0.0
    found: list[Operand] = [node.emit("batch_normalization", x, mean, variance, offset, scale, epsilon=epsilon)]
    if node.is_read(1):
        found.append(mean)
    if node.is_read(2):
        found += [mean] * (2 - len(found)) + [node.emit("rsqrt", node.emit("add", variance, epsilon))]
    return found


@reads("RMSNormalization")
def rms_normalization(node: Node) -> Operand:
    axes = list(range(node.axis(-1), node.rank()))
    x = node.tensor(0)
    squares = node.emit("mean_reduce", node.emit("sqr", x), axes=axes)
    root = node.emit("rsqrt", node.emit("add", squares, float(node.attribute("epsilon", 1e-5))))
    return node.emit("mul", node.emit("mul", x, root), node.to_rank(node.known(1), node.rank()))


@reads("GroupNormalization")
def group_normalization(node: Node) -> Operand:
    """Statistics of groups of channels; before version 21 scale and shift were those of groups too."""
    groups = int(node.attribute("num_groups"))
    n, c, *space = node.shape()
    x = node.emit("reshape", node.tensor(0), shape=[n, groups, -1])
    mean, variance = node.emit_several("moments", x, results=2, axes=[2])
    epsilon = float(node.attribute("epsilon", 1e-5))
    flat = node.emit("batch_normalization", x, mean, variance, 0.0, 1.0, epsilon=epsilon)
    if node.opset < 21 and node.known(1).size == groups != c:
        scaled = node.emit("add", node.emit("mul", flat, _vector(node, 1, groups)), _vector(node, 2, groups))
        return node.emit("reshape", scaled, shape=[n, c, *space])
    back = node.emit("reshape", flat, shape=[n, c, *space])
    return node.emit("add", node.emit("mul", back, _vector(node, 1, c)), _vector(node, 2, c))


@reads("LRN")
def lrn(node: Node) -> Operand:
    """NNEF takes the mean of the neighbourhood, ONNX the sum, divided by its size."""
    size = [1, int(node.attribute("size")), *([1] * (node.rank() - 2))]
    return node.emit(
        "local_response_normalization", node.tensor(0), size=size, alpha=float(node.attribute("alpha", 1e-4)),
        beta=float(node.attribute("beta", 0.75)), bias=float(node.attribute("bias", 1.0)),
    )  # fmt: skip


@reads("LpNormalization")
def lp_normalization(node: Node) -> Operand:
    operation = "l1_normalization" if int(node.attribute("p", 2)) == 1 else "l2_normalization"
    return node.emit(operation, node.tensor(0), axes=[node.axis(-1)])


@reads("MeanVarianceNormalization")
def mean_variance_normalization(node: Node) -> Operand:
    axes = [int(axis) for axis in node.attribute("axes", [0, 2, 3])]
    x = node.tensor(0)
    mean, variance = node.emit_several("moments", x, results=2, axes=[a + node.rank() if a < 0 else a for a in axes])
    deviation = node.emit("add", node.emit("sqrt", variance), 1e-9)
    return node.emit("div", node.emit("sub", x, mean), deviation)
