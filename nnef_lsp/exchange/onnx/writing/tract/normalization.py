"""Normalizations of tract."""

from __future__ import annotations

from .. import translated
from ..call import Call
from ..values import Value
from .elementwise import real


@translated("tract_core_rms_norm", "tract_transformers_rms_norm")
def rms_norm(call: Call) -> Value:
    x = real(call, 0)
    mean = call.plus(call.reduce("ReduceMean", call.square(x), [call.whole("axis")]), call.number("eps"))
    return call.writer.node("Div", x, call.writer.node("Sqrt", mean))


@translated("tract_onnx_lrn")
def lrn(call: Call) -> Value:
    attributes = {name: call.number(name) for name in ("alpha", "beta", "bias")}
    return call.writer.node("LRN", call.tensor(0), size=call.whole("size"), **attributes)
