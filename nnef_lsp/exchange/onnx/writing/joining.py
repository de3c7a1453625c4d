"""Splitting and concatenation (4.5.3)."""

from __future__ import annotations

from . import translated
from .call import Call
from .values import Value


@translated("split")
def split(call: Call) -> list[Value]:
    axis, ratios = call.whole("axis"), call.ints("ratios")
    value = call.tensor(0)
    part = value.extents[axis] // sum(ratios) if len(ratios) > 1 else 1
    return call.split(value, axis, [ratio * part for ratio in ratios])


@translated("concat")
def concat(call: Call) -> Value:
    return call.writer.node("Concat", *call.tensors(0), axis=call.whole("axis"))


@translated("stack")
def stack(call: Call) -> Value:
    axis = call.whole("axis")
    return call.writer.node("Concat", *(call.unsqueeze(value, [axis]) for value in call.tensors(0)), axis=axis)


@translated("unstack")
def unstack(call: Call) -> list[Value]:
    axis, value = call.whole("axis"), call.tensor(0)
    return [call.squeeze(part, [axis]) for part in call.split(value, axis, [1] * value.extents[axis])]
