"""Softmax and its logarithm."""

from __future__ import annotations

from .. import translated
from ..activation import softmax_over
from ..call import Call
from ..values import Value


@translated("tract_core_softmax")
def softmax(call: Call) -> Value:
    return softmax_over(call, call.tensor(0), call.ints("axes"))


@translated("tract_core_log_softmax")
def log_softmax(call: Call) -> Value:
    x, axes = call.tensor(0), call.ints("axes")
    shifted = call.writer.node("Sub", x, call.reduce("ReduceMax", x, axes))
    total = call.reduce("ReduceSum", call.writer.node("Exp", shifted), axes)
    return call.writer.node("Sub", shifted, call.writer.node("Log", total))
