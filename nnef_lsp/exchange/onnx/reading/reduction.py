"""Reductions."""

from __future__ import annotations

from ...errors import Inexpressible
from . import reads
from .elementwise import whole
from .node import Node
from .statements import Operand, Ref

PLAIN = {"ReduceSum": "sum_reduce", "ReduceMean": "mean_reduce", "ReduceMax": "max_reduce", "ReduceMin": "min_reduce"}
OF_EACH = {"ReduceL1": "abs", "ReduceSumSquare": "sqr"}
"""Sums of what an operation makes of each item."""


def _axes(node: Node) -> list[int]:
    """The axes, counted from the front; all, if none are given."""
    given = node.given("axes", 1)
    if given is None or not given:
        if given is None or not node.attribute("noop_with_empty_axes", 0):
            return list(range(node.rank()))
    return sorted({axis + node.rank() if axis < 0 else axis for axis in given or []})


def _keeps(node: Node) -> bool:
    return bool(node.attribute("keepdims", 1))


@reads(*PLAIN)
def reduce(node: Node) -> Operand:
    axes, x = _axes(node), node.tensor(0)
    if isinstance(x, Ref) and x.dtype == "logical" and node.proto.op_type in ("ReduceMax", "ReduceMin"):
        operation = "any_reduce" if node.proto.op_type == "ReduceMax" else "all_reduce"
        return node.squeezed(node.emit(operation, x, axes=axes), axes, _keeps(node))
    if not axes:
        return x
    return whole(node, node.squeezed(node.emit(PLAIN[node.proto.op_type], node.real(x), axes=axes), axes, _keeps(node)))


@reads("ReduceL2")
def reduce_l2(node: Node) -> Operand:
    axes = _axes(node)
    total = node.emit("sqrt", node.emit("sum_reduce", node.emit("sqr", node.real(node.tensor(0))), axes=axes))
    return whole(node, node.squeezed(total, axes, _keeps(node)))


@reads(*OF_EACH)
def reduce_sum_of(node: Node) -> Operand:
    axes = _axes(node)
    each = node.emit(OF_EACH[node.proto.op_type], node.real(node.tensor(0)))
    return whole(node, node.squeezed(node.emit("sum_reduce", each, axes=axes), axes, _keeps(node)))


@reads("ReduceLogSum")
def reduce_log_sum(node: Node) -> Operand:
    axes = _axes(node)
    total = node.emit("log", node.emit("sum_reduce", node.tensor(0), axes=axes))
    return node.squeezed(total, axes, _keeps(node))


@reads("ReduceLogSumExp")
def reduce_log_sum_exp(node: Node) -> Operand:
    """Less the maximum, so that no exponential overflows."""
    axes, x = _axes(node), node.tensor(0)
    most = node.emit("max_reduce", x, axes=axes)
    total = node.emit("sum_reduce", node.emit("exp", node.emit("sub", x, most)), axes=axes)
    return node.squeezed(node.emit("add", node.emit("log", total), most), axes, _keeps(node))


@reads("ReduceProd")
def reduce_prod(node: Node) -> Operand:
    """The items one by one, if there are few of them."""
    axes = _axes(node)
    x: Operand = node.real(node.tensor(0))
    for axis in axes:
        count = node.shape()[axis]
        if count > 16:
            raise Inexpressible(f"NNEF has no product along an axis, and {count} items are too many to write out")
        parts = (
            [node.emit("slice", x, axes=[axis], begin=[at], end=[at + 1]) for at in range(count)] if count > 1 else [x]
        )
        result = parts[0]
        for part in parts[1:]:
            result = node.emit("mul", result, part)
        x = result
    if not isinstance(x, Ref):
        return x
    return whole(node, node.squeezed(x, axes, _keeps(node)))


@reads("ArgMax", "ArgMin")
def argmax(node: Node) -> Operand:
    if node.attribute("select_last_index", 0):
        raise Inexpressible("of equal items it takes the last, and NNEF the first")
    axis = node.axis(0)
    operation = "argmax_reduce" if node.proto.op_type == "ArgMax" else "argmin_reduce"
    return node.squeezed(node.emit(operation, node.real(node.tensor(0)), axes=[axis]), [axis], _keeps(node))
