"""Shapes, parts and joins, as tract has them."""

from __future__ import annotations

import numpy as np
from onnx import TensorProto

from ....errors import Inexpressible
from .. import translated
from ..call import Call
from ..values import Value

LAST = 9223372036854775807


@translated("tract:squeeze")
def squeeze(call: Call) -> Value:
    return call.squeeze(call.tensor(0), call.ints("axes"))


@translated("tract:unsqueeze")
def unsqueeze(call: Call) -> Value:
    """One axis after the other, so that these are their places in the result."""
    return call.unsqueeze(call.tensor(0), sorted(call.ints("axes")))


@translated("tract:slice")
def slice_(call: Call) -> Value:
    """Bounds are literal, unless the end lies before the begin: then negative ones count from the end."""
    x, axes, begins, ends = call.tensor(0), call.ints("axes"), call.ints("begin"), call.ints("end")
    steps = call.ints("stride") or [1] * len(axes)
    starts, stops = [], []
    for axis, first, last in zip(axes, begins, ends, strict=True):
        if last < first and last != LAST:
            extent = x.extents[axis]
            first = first + extent if first < 0 else first
            last = last + extent if last <= 0 else last
        starts.append(first)
        stops.append(min(last, 2**31 - 1))
    return call.slice(x, axes, starts, stops, steps)


@translated("tract:concat")
def concat(call: Call) -> Value:
    values = [call.cast(value, call.result_element()) for value in call.tensors(0)]
    return call.writer.node("Concat", *values, axis=call.whole("axis"))


@translated("tract_core_broadcast")
def broadcast(call: Call) -> Value:
    """Axes are aligned from the last."""
    return call.writer.node("Expand", call.tensor(0), call.writer.integers(call.ints("shape")))


@translated("tract_core_shape_of")
def shape_of(call: Call) -> Value:
    return call.writer.node("Shape", call.tensor(0))


@translated("tract_core_trilu")
def trilu(call: Call) -> Value:
    return call.writer.node("Trilu", call.tensor(0), call.tensor(1, TensorProto.INT64), upper=int(call.flag("upper")))


@translated("tract_core_downsample")
def downsample(call: Call) -> Value:
    axis = call.whole("axis")
    return call.slice(call.tensor(0), [axis], [call.whole("modulo")], [2**31 - 1], [call.whole("stride")])


@translated("tract_core_gather")
def gather(call: Call) -> Value:
    return call.writer.node("Gather", call.tensor(0), whole(call, 1), axis=call.whole("axis"))


def whole(call: Call, place: int) -> Value:
    """Indices as 64-bit integers."""
    return call.cast(call.tensor(place), TensorProto.INT64)


@translated("tract_core_gather_elements")
def gather_elements(call: Call) -> Value:
    return call.writer.node("GatherElements", call.tensor(0), whole(call, 1), axis=call.whole("axis"))


@translated("tract_core_gather_nd")
def gather_nd(call: Call) -> Value:
    return call.writer.node("GatherND", call.tensor(0), whole(call, 1), batch_dims=call.whole("batch_dims") or None)


@translated("tract_core_scatter_elements")
def scatter_elements(call: Call) -> Value:
    data, updates = call.operands(0, 2)
    return call.writer.node(
        "ScatterElements", data, whole(call, 1), updates, axis=call.whole("axis"), reduction=_reduction(call)
    )


@translated("tract_core_scatter_nd")
def scatter_nd(call: Call) -> Value:
    data, updates = call.operands(0, 2)
    return call.writer.node("ScatterND", data, whole(call, 1), updates, reduction=_reduction(call))


def _reduction(call: Call) -> str | None:
    name = call.text("reduction")
    return None if name in ("", "none") else name


@translated("tract_core_topk")
def topk(call: Call) -> tuple[Value, Value]:
    x, axis = call.tensor(0), call.whole("axis")
    k = call.writer.reshape(whole(call, 1), (1,)) if call.tensor(1).rank != 1 else whole(call, 1)
    if k.items is not None and int(k.items[0]) > x.extents[axis]:
        raise Inexpressible("ONNX's TopK wants no more items than there are")
    values, indices = call.writer.node_with("TopK", x, k, outputs=2, axis=axis, largest=int(call.flag("largest")))
    return values, indices


@translated("tract_core_one_hot")
def one_hot(call: Call) -> Value:
    pair = call.writer.constant(np.array([call.number("value_off"), call.number("value_on")]), call.result_element())
    depth = call.writer.constant(call.whole("dim"), TensorProto.INT64)
    return call.writer.node("OneHot", whole(call, 0), depth, pair, axis=call.whole("axis"))


@translated("tract_core_product_reduce")
def product_reduce(call: Call) -> Value:
    return call.reduce("ReduceProd", call.tensor(0), call.ints("axes"))


@translated("tract_core_argmax_reduce_last", "tract_core_argmin_reduce_last")
def argmax_last(call: Call) -> Value:
    operator = "ArgMax" if "argmax" in call.invocation.operation else "ArgMin"
    axes = call.ints("axes")
    if len(axes) != 1:
        raise Inexpressible("ONNX's ArgMax is over one axis")
    return call.writer.node(operator, call.tensor(0), axis=axes[0], keepdims=1, select_last_index=1)


@translated("tract_core_cumsum")
def cumsum(call: Call) -> Value:
    flags = {name: int(call.flag(name)) for name in ("exclusive", "reverse")}
    axis = call.writer.constant(call.whole("axis"), TensorProto.INT64)
    return call.writer.node("CumSum", call.tensor(0), axis, **flags)


@translated("tract_core_range")
def range_(call: Call) -> Value:
    return call.writer.node("Range", *(call.cast(call.tensor(n), call.result_element()) for n in range(3)))
