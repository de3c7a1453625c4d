"""What operations of tract mean differently than those of the standard, said by attributes where these can.

Not here: data types and constants (`exact_types.py`), kernels (`runtime/kernels/tract`).
"""

from __future__ import annotations

from ...operations.call import Call
from ...operations.tract.dialect import DIALECT
from ...shapes.tract.scan import loop_of
from ...values.constants import wire
from ...values.tensor import Tensor
from ...values.values import Value
from ..exact_types import INTEGERS, operand
from ..flat_graph import Attribute, Attributes, ints_in, pairs_in
from ..trace import Tracer

_WINDOWS = {
    "box",
    "max_pool",
    "max_pool_with_index",
    "avg_pool",
    "rms_pool",
    "local_response_normalization",
    "local_mean_normalization",
    "local_variance_normalization",
    "local_contrast_normalization",
}


def _may_miss(attributes: Attributes) -> bool:
    """Whether windows may lie in the padding alone."""
    padding = pairs_in(attributes.get("padding"))
    if any(step != 1 for step in ints_in(attributes.get("dilation"))):
        return any(amount != 0 for pair in padding for amount in pair)
    return any(max(pair) >= size for pair, size in zip(padding, ints_in(attributes["size"])))


def looped(tracer: Tracer, call: Call, inputs: list[Value], attributes: Attributes) -> None:
    """The tensors that a loop takes, and its body as a graph of its own."""
    loop = loop_of(call)
    for _, value, *_rest in (*loop.scan, *loop.full, *loop.state):
        inputs.append(operand(tracer, wire(value), None))
    attributes.update(
        body=tracer.loop_graph,
        scan=[(name, axis, chunk) for name, _, axis, chunk in loop.scan],
        full=[name for name, _ in loop.full],
        state=[(name, result) for name, _, result in loop.state],
        output=list(loop.output),
    )


def _listed(value: Attribute) -> list[Attribute]:
    return list(value) if isinstance(value, (list, tuple)) else []


def _repeats(items: list[Attribute]) -> bool:
    return any(item in items[:index] for index, item in enumerate(items))


def adapted(name: str, call: Call, attributes: Attributes) -> bool:
    """Write an operation's attributes as the standard has them; whether it needs a kernel of our own."""
    if name in _WINDOWS:  # tract slides over the spatial axes only, whatever the window says of batch and channels
        attributes["size"] = [1, 1, *_listed(attributes["size"])[2:]]
        if attributes.get("padding"):
            attributes["padding"] = [(0, 0), (0, 0), *_listed(attributes["padding"])[2:]]
    if name == "debox":
        attributes["normalize"] = False  # tract does not look at it
    elif name in ("max_pool", "max_pool_with_index"):
        attributes["border"] = "ignore"  # tract never pads maxima with zeros
        if name == "max_pool" and _may_miss(attributes):
            return True
    elif name == "pad" and attributes.get("border") == "replicated":
        attributes["border"] = "replicate"
    elif name == "softmax":
        rank = call.tensor("x").rank or 0
        attributes["axes"] = [axis for axis in dict.fromkeys(ints_in(attributes["axes"])) if 0 <= axis < rank]
    elif name == "sqr":
        return call.tensor("x").dtype in ("bool", *INTEGERS)
    elif name == "concat":
        values = call.arguments["values"]
        types = {item.dtype for item in values if isinstance(item, Tensor)} if isinstance(values, (list, tuple)) else ()
        return len(types) > 1
    elif name == "tract_core_dyn_slice":
        bounds = [call.arguments[bound] for bound in ("start", "end")]
        if all((isinstance(bound, Tensor) and bound.value is not None) or isinstance(bound, int) for bound in bounds):
            attributes["len"] = -1  # nobody holds constants against what was promised
    elif name in ("squeeze", "unsqueeze"):
        return _repeats(_listed(attributes["axes"]))
    elif name == "conv":
        return (call.tensor("bias").rank or 0) > 2 or call.tensor("input").dtype not in ("f32", "?")
    elif name in ("matmul", "linear"):
        return call.tensor("A" if name == "matmul" else "input").dtype in ("i8", "u8")
    return name in DIALECT.own_kernels
