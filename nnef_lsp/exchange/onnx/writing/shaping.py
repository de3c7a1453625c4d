"""Other shapes of the same items: reshape, squeeze, unsqueeze (4.5.1), transpose (4.5.2), cast (4.5.8)."""

from __future__ import annotations

from onnx import TensorProto

from ...errors import Inexpressible
from . import translated
from .call import Call
from .values import FLOATS, Value


@translated("reshape")
def reshape(call: Call) -> Value:
    """The shape of the result is known; a symbolic extent stays as it is, and one of them may be what is left."""
    return call.writer.reshape(call.tensor(0), call.result_shape())


@translated("squeeze")
def squeeze(call: Call) -> Value:
    return call.squeeze(call.tensor(0), call.ints("axes"))


@translated("unsqueeze")
def unsqueeze(call: Call) -> Value:
    return call.unsqueeze(call.tensor(0), call.ints("axes"))


@translated("transpose")
def transpose(call: Call) -> Value:
    """`axes` may be those in front only."""
    x, axes = call.tensor(0), call.ints("axes")
    return call.transpose(x, [*axes, *range(len(axes), x.rank)])


@translated("cast")
def cast(call: Call) -> Value:
    """Scalars are cut towards zero, as ONNX's Cast does."""
    x, element = call.tensor(0), call.result_element()
    if TensorProto.STRING in (x.element, element):
        raise Inexpressible("ONNX writes numbers in strings in another way")
    if element == TensorProto.BOOL and x.element in FLOATS:
        return call.writer.node("Not", call.writer.node("Equal", x, call.writer.constant(0.0, x.element)))
    return call.cast(x, element)
