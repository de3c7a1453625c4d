"""Reductions (4.4): the reduced axes stay as axes of extent 1."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

import numpy as np
from onnx import TensorProto

from . import translated
from .call import Call
from .values import FLOATS, Value


@translated("sum_reduce")
def sum_reduce(call: Call) -> Value:
    axes = call.ints("axes")
    x = call.tensor(0)
    if call.flag("normalize") and x.element not in FLOATS:
        total = call.reduce("ReduceSum", x, axes)
        count = prod(x.extents[axis] for axis in set(axes))
        return call.writer.node("Div", total, call.writer.constant(count, x.element))
    return call.reduce("ReduceMean" if call.flag("normalize") else "ReduceSum", x, axes)


@translated("mean_reduce")
def mean_reduce(call: Call) -> Value:
    return call.reduce("ReduceMean", call.tensor(0), call.ints("axes"))


@translated("max_reduce")
def max_reduce(call: Call) -> Value:
    return call.reduce("ReduceMax", call.tensor(0), call.ints("axes"))


@translated("min_reduce")
def min_reduce(call: Call) -> Value:
    return call.reduce("ReduceMin", call.tensor(0), call.ints("axes"))


@translated("all_reduce")
def all_reduce(call: Call) -> Value:
    return _logical(call, "ReduceMin")


@translated("any_reduce")
def any_reduce(call: Call) -> Value:
    return _logical(call, "ReduceMax")


def _logical(call: Call, operator: str) -> Value:
    """ONNX reduces no logicals before version 20 of its operators: as whole numbers."""
    x, axes = call.tensor(0), call.ints("axes")
    if not axes:
        return x
    return call.cast(call.reduce(operator, call.cast(x, TensorProto.INT32), axes), TensorProto.BOOL)


@translated("argmax_reduce")
def argmax_reduce(call: Call) -> Value:
    return best(call, "ArgMax", call.tensor(0), call.ints("axes"))


@translated("argmin_reduce")
def argmin_reduce(call: Call) -> Value:
    return best(call, "ArgMin", call.tensor(0), call.ints("axes"))


def best(call: Call, operator: str, x: Value, axes: Sequence[int]) -> Value:
    """The first of equal items; over several axes its row-major position within them."""
    over = sorted(set(axes))
    if not over:
        return call.full(np.zeros(x.extents), TensorProto.INT64)
    if len(over) == 1:
        return call.writer.node(operator, x, axis=over[0], keepdims=1)
    kept = [axis for axis in range(x.rank) if axis not in over]
    rows = call.transpose(x, [*kept, *over])
    rows = call.writer.reshape(rows, (*(x.known_shape[axis] for axis in kept), prod(x.extents[axis] for axis in over)))
    index = call.writer.node(operator, rows, axis=len(kept), keepdims=1)
    return call.writer.reshape(index, tuple(1 if axis in over else extent for axis, extent in enumerate(x.known_shape)))


@translated("moments")
def moments(call: Call) -> tuple[Value, Value]:
    x, axes = call.tensor(0), call.ints("axes")
    mean = call.reduce("ReduceMean", x, axes)
    if not axes:
        return call.writer.node("Identity", mean), call.square(call.writer.node("Sub", x, mean))
    return mean, call.reduce("ReduceMean", call.square(call.writer.node("Sub", x, mean)), axes)
