"""Element-wise operations of tract."""

from __future__ import annotations

import math

from onnx import TensorProto

from ....errors import Inexpressible
from .. import translated
from ..call import Call
from ..values import FLOATS, Value


@translated("recip")
def recip(call: Call) -> Value:
    return call.writer.node("Reciprocal", call.tensor(0))


@translated("square")
def square(call: Call) -> Value:
    return call.square(call.tensor(0))


def real(call: Call, place: int) -> Value:
    """An operand that must be of real numbers: of whole ones tract computes otherwise than ONNX."""
    value = call.tensor(place)
    if value.element not in FLOATS:
        raise Inexpressible("of whole numbers tract computes it in another way than ONNX")
    return value


@translated("tract:round")
def round_(call: Call) -> Value:
    """Halves away from zero."""
    x = call.tensor(0)
    if x.element not in FLOATS:
        return x
    size = call.writer.node("Floor", call.plus(call.writer.node("Abs", x), 0.5))
    return call.writer.node("Mul", size, call.writer.node("Sign", x))


@translated("tract_core_round_even")
def round_even(call: Call) -> Value:
    return call.writer.node("Round", call.tensor(0))


@translated("tract_core_erf")
def erf(call: Call) -> Value:
    return call.writer.node("Erf", call.tensor(0))


@translated("tract_core_silu", "tract_transformers_silu")
def silu(call: Call) -> Value:
    x = call.tensor(0)
    return call.writer.node("Mul", x, call.writer.node("Sigmoid", x))


@translated("tract_core_hard_swish")
def hard_swish(call: Call) -> Value:
    x = call.tensor(0)
    return call.writer.node("Mul", x, call.writer.node("HardSigmoid", x, alpha=1 / 6, beta=0.5))


@translated("tract_core_gelu_approx", "tract_transformers_gelu_approx")
def gelu_approx(call: Call) -> Value:
    """By tanh of a cubic; the fast one has a square instead of the cube."""
    x = call.tensor(0)
    power = call.square(x)
    if not call.flag("fast_impl"):
        power = call.writer.node("Mul", power, x)
    inner = call.writer.node("Add", x, call.scaled(power, 0.044715))
    bell = call.plus(call.writer.node("Tanh", call.scaled(inner, math.sqrt(2 / math.pi))), 1.0)
    return call.writer.node("Mul", call.scaled(x, 0.5), bell)


@translated("tract_core_is_nan")
def is_nan(call: Call) -> Value:
    return call.writer.node("IsNaN", call.tensor(0))


@translated("tract_core_is_inf")
def is_inf(call: Call) -> Value:
    flags = {name: int(bool(call.attributes.get(name, True))) for name in ("detect_negative", "detect_positive")}
    return call.writer.node("IsInf", call.tensor(0), **flags)


@translated("tract_core_pow_const")
def pow_const(call: Call) -> Value:
    x = real(call, 0)
    return call.writer.node("Pow", x, call.writer.constant(call.number("exponent"), x.element))


@translated("tract_core_xor")
def xor(call: Call) -> Value:
    return call.writer.node("Xor", *call.aligned(0, 1))


@translated("tract_core_cast")
def cast(call: Call) -> Value:
    x, element = call.tensor(0), call.result_element()
    if TensorProto.STRING in (x.element, element):
        raise Inexpressible("ONNX writes numbers in strings in another way")
    return call.cast(x, element)


BITWISE = {"tract_core_bitand": "BitwiseAnd", "tract_core_bitor": "BitwiseOr", "tract_core_bitxor": "BitwiseXor"}


@translated(*BITWISE)
def bitwise(call: Call) -> Value:
    return call.writer.node(BITWISE[call.invocation.operation], *call.aligned(0, 1))


@translated("tract_core_bitnot")
def bitnot(call: Call) -> Value:
    return call.writer.node("BitwiseNot", call.tensor(0))
