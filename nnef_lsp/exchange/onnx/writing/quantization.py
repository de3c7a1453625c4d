"""Quantization operations (4.9.5), which round to codes and back.

ONNX's QuantizeLinear rounds halves to even and knows 8 bits only, so these are written out, in double precision: near a
half one rounding error changes a whole step.
"""

from __future__ import annotations

import math

from onnx import TensorProto

from . import translated
from .call import Call
from .elementwise import rounded
from .values import Value


def _wide(call: Call, count: int) -> list[Value]:
    return [call.cast(value, TensorProto.DOUBLE) for value in call.align([call.tensor(n) for n in range(count)])]


def _like(call: Call, result: Value) -> Value:
    return call.cast(result, call.tensor(0).element)


@translated("min_max_linear_quantize", "linear_quantize")
def min_max_linear_quantize(call: Call) -> Value:
    node = call.writer.node
    x, low, high = _wide(call, 3)
    steps = float(2 ** call.whole("bits") - 1 - int(call.flag("signed") and call.flag("symmetric")))
    reach = node("Sub", high, low)
    z = node("Max", node("Min", x, high), low)
    q = rounded(call, call.scaled(node("Div", node("Sub", z, low), reach), steps))
    steps_of_q = node("Div", q, call.writer.constant(steps, TensorProto.DOUBLE))
    return _like(call, node("Add", node("Mul", steps_of_q, reach), low))


@translated("zero_point_linear_quantize")
def zero_point_linear_quantize(call: Call) -> Value:
    node, constant = call.writer.node, call.writer.constant
    x, zero_point, scale = _wide(call, 3)
    bits, signed = call.whole("bits"), call.flag("signed")
    r = float(2 ** (bits - 1) - 1 if signed else 2**bits - 1)
    low = 0.0 if not signed else -r if call.flag("symmetric") else -r - 1.0
    s = node("Add", rounded(call, node("Div", x, scale)), zero_point)
    q = node("Max", node("Min", s, constant(r, TensorProto.DOUBLE)), constant(low, TensorProto.DOUBLE))
    return _like(call, node("Mul", node("Sub", q, zero_point), scale))


@translated("logarithmic_quantize")
def logarithmic_quantize(call: Call) -> Value:
    node = call.writer.node
    x, high = _wide(call, 2)
    m = node("Ceil", call.scaled(node("Log", high), 1 / math.log(2)))
    least = call.plus(m, -float(2 ** call.whole("bits") - 1))
    exponent = call.scaled(node("Log", node("Abs", x)), 1 / math.log(2))
    q = rounded(call, node("Max", node("Min", exponent, m), least))
    power = node("Pow", call.writer.constant(2.0, TensorProto.DOUBLE), q)
    return _like(call, node("Mul", node("Sign", x), power))
