"""Parts of a tensor, and repetitions: slice (4.5.4), pad (4.5.5), tile (4.5.6), gather (4.5.7)."""

from __future__ import annotations

from . import translated
from .borders import extended
from .call import Call
from .values import Value

FAR = 2**31 - 1


@translated("slice")
def slice_(call: Call) -> Value:
    """An end of 0 means up to the end where every stride is 1 (deprecated)."""
    x, axes, starts = call.tensor(0), call.ints("axes"), call.ints("begin")
    steps = call.ints("stride") or [1] * len(axes)
    plain = all(step == 1 for step in steps)
    ends = [FAR if plain and end == 0 else end for end in call.ints("end")]
    for position, (axis, step) in enumerate(zip(axes, steps, strict=True)):
        extent = x.known_shape[axis]
        if step < 0 and isinstance(extent, int):
            # an end below the first item means that it is taken, which ONNX can only say by going further down
            end = ends[position] + extent if ends[position] < 0 else ends[position]
            ends[position] = -FAR if end < 0 else end
    return call.slice(x, axes, starts, ends, steps)


@translated("pad")
def pad(call: Call) -> Value:
    return extended(call, call.tensor(0), call.pairs("padding"), call.text("border"), call.number("value"))


@translated("tile")
def tile(call: Call) -> Value:
    return call.writer.node("Tile", call.tensor(0), call.writer.integers(call.ints("repeats")))


@translated("gather")
def gather(call: Call) -> Value:
    return call.writer.node("Gather", call.tensor(0), call.tensor(1), axis=call.whole("axis"))
