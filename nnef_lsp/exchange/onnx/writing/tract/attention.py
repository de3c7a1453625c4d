"""Attention, written out: products around a softmax."""

from __future__ import annotations

import math

import numpy as np
from onnx import TensorProto

from ....errors import Inexpressible
from .. import translated
from ..activation import softmax_over
from ..call import Call
from ..linear import swapped
from ..values import Value


@translated("tract_transformers_sdpa")
def sdpa(call: Call) -> Value:
    """Heads of keys and values are repeated where there are more of queries."""
    node = call.writer.node
    query, key, value = (call.cast(call.tensor(place), TensorProto.FLOAT) for place in range(3))
    if query.rank == 4 and query.known_shape[1] != key.known_shape[1]:
        groups = query.extents[1] // key.extents[1]
        key, value = (_repeated(call, item, groups) for item in (key, value))
    scale = call.attributes.get("scale")
    factor = 1 / math.sqrt(query.extents[-1]) if scale is None else float(scale)
    scores = call.scaled(node("MatMul", query, swapped(call, key)), factor)
    if call.flag("is_causal"):
        rows, columns = scores.extents[-2:]
        keep = np.tril(np.ones((rows, columns), bool), columns - rows)
        if not keep.any(1).all():
            raise Inexpressible("a row of the causal mask has no key")
        scores = node(
            "Where", call.full(keep, TensorProto.BOOL), scores, call.writer.constant(-np.inf, TensorProto.FLOAT)
        )
    elif call.invocation.inputs[3] not in (None, False):
        scores = _masked(call, scores, call.tensor(3))
    return call.cast(node("MatMul", softmax_over(call, scores, [scores.rank - 1]), value), call.result_element())


def _repeated(call: Call, value: Value, groups: int) -> Value:
    batch, heads, *rest = value.extents
    wide = call.unsqueeze(value, [2])
    tiled = call.writer.node("Expand", wide, call.writer.integers([batch, heads, groups, *rest]))
    return call.writer.reshape(tiled, (batch, heads * groups, *rest))


def _masked(call: Call, scores: Value, mask: Value) -> Value:
    if mask.element == TensorProto.BOOL:
        return call.writer.node("Where", mask, scores, call.writer.constant(-np.inf, TensorProto.FLOAT))
    return call.writer.node("Add", scores, call.cast(mask, scores.element))


@translated("tract_transformers_scaled_masked_softmax")
def masked_softmax(call: Call) -> Value:
    x, mask = call.cast(call.tensor(0), TensorProto.FLOAT), call.tensor(1)
    found = softmax_over(call, _masked(call, call.scaled(x, call.number("scale")), mask), [x.rank - 1])
    if call.flag("post_softmax_mask") and mask.element == TensorProto.BOOL:
        found = call.writer.node("Where", mask, found, call.writer.constant(0.0, TensorProto.FLOAT))
    return call.cast(found, call.result_element())


@translated("tract_transformers_apply_rope")
def rope(call: Call) -> Value:
    node = call.writer.node
    x, cos, sin = call.operands(0, 1, 2)
    half, last = x.extents[-1] // 2, x.rank - 1
    low, high = call.split(x, last, [half, x.extents[-1] - half])
    turned = node("Concat", node("Neg", high), low, axis=last)
    return node("Add", node("Mul", x, cos), node("Mul", turned, sin))
