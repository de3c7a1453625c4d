"""Matrix multiplication."""

from __future__ import annotations

import numpy as np

from ...errors import Inexpressible
from . import reads
from .node import Node
from .statements import Operand, Ref
from .tensors import Known


@reads("Gemm")
def gemm(node: Node) -> Operand:
    """alpha * A * B + beta * C: a linear layer, if that is what it is."""
    alpha, beta = float(node.attribute("alpha", 1.0)), float(node.attribute("beta", 1.0))
    left, right = bool(node.attribute("transA", 0)), bool(node.attribute("transB", 0))
    bias = node.known(2) if node.has(2) else None
    plain = alpha == 1 and beta == 1 and not left and right
    if plain and (bias is None or _is_bias(bias, node.shape(1)[0])):
        x, filter = node.tensor(0), node.tensor(1)
        return node.emit("linear", x, filter, *([] if bias is None else [_row(node, bias)]))
    product: Ref = node.emit(
        "matmul", node.tensor(0), node.tensor(1), transposeA=True if left else None, transposeB=True if right else None
    )
    if alpha != 1:
        product = node.emit("mul", product, alpha)
    if bias is None or beta == 0:
        return product
    summand = node.to_rank(bias, 2)
    return node.emit("add", product, summand if beta == 1 else node.emit("mul", summand, beta))


def _is_bias(bias: Known, channels: int) -> bool:
    return (
        bias.items is not None and bias.size in (1, channels) and bias.shape in ((channels,), (1, channels), (1,), ())
    )


def _row(node: Node, bias: Known) -> Operand:
    return node.operand(bias, (1, bias.size))


@reads("MatMul")
def matmul(node: Node) -> Operand:
    return product(node, node.known(0), node.known(1))


def product(node: Node, a: Known, b: Known) -> Operand:
    """Of operands of any rank, as numpy has it."""
    rank = max(len(a.shape), len(b.shape), 2)
    left = _matrix(node, a, rank, column=False)
    right = _matrix(node, b, rank, column=True)
    found: Operand = node.emit("matmul", left, right)
    axes = []
    if len(a.shape) == 1:
        axes.append(rank - 2)
    if len(b.shape) == 1:
        axes.append(rank - 1)
    return node.emit("squeeze", found, axes=axes) if axes else found


def _matrix(node: Node, item: Known, rank: int, column: bool) -> Operand:
    """An operand with as many axes; a vector is a row on the left and a column on the right."""
    shape: tuple[int, ...] = item.shape
    if len(shape) == 1:
        shape = (*shape, 1) if column else (1, *shape)
    shape = (*([1] * (rank - len(shape))), *shape)
    if item.items is not None:
        return node.operand(item, shape)
    operand = node.real(node.operand(item))
    if shape == item.shape:
        return operand
    return node.emit("reshape", operand, shape=list(shape))


@reads("Einsum")
def einsum(node: Node) -> Operand:
    """Two operands, each index of which is summed, kept, or shared: transpositions around a product."""
    equation = str(node.attribute("equation", "")).replace(" ", "")
    inputs, arrow, result = equation.partition("->")
    terms = inputs.split(",")
    if not arrow:
        every = "".join(terms)
        result = "".join(sorted(c for c in set(every) if every.count(c) == 1))
    if len(terms) == 1 and "." not in equation and len(set(inputs)) == len(inputs) and set(result) <= set(inputs):
        return _arranged(node, inputs, result)
    if "." in equation or len(terms) != 2 or any(len(set(term)) < len(term) for term in [*terms, result]):
        raise Inexpressible(f"the equation '{equation}' is not one of two operands with distinct indices")
    a, b = terms
    extents = {c: e for n, term in enumerate(terms) for c, e in zip(term, node.shape(n), strict=True)}
    shared = [c for c in result if c in a and c in b]
    summed = [c for c in a if c in b and c not in result]
    left = [c for c in result if c in a and c not in b]
    right = [c for c in result if c in b and c not in a]
    alone = [c for c in set(a) ^ set(b) if c not in result]
    if alone:
        raise Inexpressible(f"the equation '{equation}' sums an index of one operand")

    def arranged(place: int, term: str, order: list[list[str]]) -> Operand:
        operand = node.real(node.tensor(place))
        wanted = [c for group in order for c in group]
        axes = [term.index(c) for c in wanted]
        if axes != list(range(len(axes))):
            operand = node.emit("transpose", operand, axes=axes)
        return node.emit("reshape", operand, shape=[int(np.prod([extents[c] for c in g], dtype=int)) for g in order])

    rows = arranged(0, a, [shared, left, summed])
    columns = arranged(1, b, [shared, summed, right])
    found = node.emit("matmul", rows, columns)
    order = [*shared, *left, *right]
    found = node.emit("reshape", found, shape=[extents[c] for c in order])
    axes = [order.index(c) for c in result]
    return found if axes == list(range(len(axes))) else node.emit("transpose", found, axes=axes)


def _arranged(node: Node, term: str, result: str) -> Operand:
    """One operand: indices that are not in the result are summed."""
    operand = node.real(node.tensor(0))
    gone = [axis for axis, c in enumerate(term) if c not in result]
    if gone:
        operand = node.emit("squeeze", node.emit("sum_reduce", operand, axes=gone), axes=gone)
    left = [c for c in term if c in result]
    axes = [left.index(c) for c in result]
    return operand if axes == sorted(axes) else node.emit("transpose", operand, axes=axes)
