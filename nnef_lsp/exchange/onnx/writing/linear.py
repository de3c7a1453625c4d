"""Matrix multiplication (4.7) and linear layers (4.9.2)."""

from __future__ import annotations

from . import translated
from .call import Call
from .values import Value


@translated("matmul")
def matmul(call: Call) -> Value:
    a, b = call.operands(0, 1)
    a = swapped(call, a) if call.flag("transposeA") else a
    b = swapped(call, b) if call.flag("transposeB") else b
    return call.writer.node("MatMul", a, b)


def swapped(call: Call, value: Value) -> Value:
    """The last two axes change places."""
    last = value.rank - 1
    return call.transpose(value, [*range(last - 1), last, last - 1])


@translated("linear")
def linear(call: Call) -> Value:
    x, filter, bias = call.operands(0, 1, 2)
    if x.rank == 2 and filter.rank == 2:
        if bias.rank == 1 and bias.extents[0] not in (1, filter.known_shape[0]):
            bias = call.to_rank(bias, 2)
        return call.writer.node("Gemm", x, filter, bias, transB=1)
    product = call.writer.node("MatMul", x, swapped(call, filter))
    if call.literal(2) == 0:
        return product
    return call.writer.node("Add", product, call.to_rank(bias, product.rank))
