"""Codes and the numbers that they stand for."""

from __future__ import annotations

from onnx import TensorProto

from ...errors import Inexpressible
from . import reads
from .node import Node
from .statements import Operand
from .tensors import WHOLE, Known

RANGES = {
    TensorProto.UINT8: (0, 255), TensorProto.INT8: (-128, 127), TensorProto.UINT16: (0, 65535),
    TensorProto.INT16: (-32768, 32767), TensorProto.UINT4: (0, 15), TensorProto.INT4: (-8, 7),
}  # fmt: skip


def _parameter(node: Node, known: Known) -> Operand:
    """Scale or zero point: of the whole tensor, or an item for each place on an axis."""
    if node.attribute("block_size", 0):
        raise Inexpressible("its scales are those of blocks")
    if known.size == 1:
        return node.real(node.to_rank(known, 0) if known.items is not None else node.operand(known))
    axis = node.axis(1)
    shape = tuple(known.size if other == axis else 1 for other in range(axis + 1))
    if known.items is None:
        raise Inexpressible("its scales are known only when it runs")
    return node.real(node.operand(known, shape))


@reads("QuantizeLinear")
def quantize_linear(node: Node) -> Operand:
    """Codes as whole numbers; ONNX rounds halves to even."""
    limits = {int(kind): pair for kind, pair in RANGES.items()}.get(node.results[0].element)
    if limits is None:
        raise Inexpressible("its codes are not whole numbers")
    low, high = limits
    x = node.emit("div", node.real(node.tensor(0)), _parameter(node, node.known(1)))
    fraction = node.emit("sub", x, node.emit("floor", x))
    even = node.emit("mul", node.emit("round", node.emit("mul", x, 0.5)), 2.0)
    code: Operand = node.emit("select", node.emit("eq", fraction, 0.5), even, node.emit("round", x))
    if node.has(2):
        code = node.emit("add", code, _parameter(node, node.known(2)))
    return node.emit("cast", node.emit("clamp", code, float(low), float(high)), generic="integer")


@reads("DequantizeLinear")
def dequantize_linear(node: Node) -> Operand:
    if node.known(0).element not in WHOLE:
        raise Inexpressible("its codes are not whole numbers")
    code = node.real(node.tensor(0))
    if node.has(2):
        zero = _parameter(node, node.known(2))
        code = code if zero == 0.0 else node.emit("sub", code, zero)
    return node.emit("mul", code, _parameter(node, node.known(1)))
