"""Flattening in a dialect with exact data types: literals become constants, conversions become casts, symbols numbers.

The flat graph names the data types that NNEF has by NNEF's names (f32 is scalar, i64 and tdim are integer, bool is
logical), so that a run need not know the dialect; all others keep their own.  What an operation of the dialect means
differently is adapted here where attributes can say it, or gets a name of its own (`tract:slice`).

Not here: the tracing itself (`flatten.py`).
"""

from __future__ import annotations

from ..dtypes.results import operand_types
from ..evaluation.budget import TooMuch
from ..extents.dims import Dim
from ..operations.declarations import Operation
from ..shapes import Call
from ..values.codes import codes_of
from ..values.constants import flat, nested, wire
from ..values.tensor import Items, Opaque, Tensor, tensor
from ..values.values import Missing, Value
from .codes import in_codes, stored_as
from .flat_graph import Attribute, Attributes, Given, ints_in, pairs_in
from .trace import Traced, Tracer

STANDARD = {"f32": "scalar", "i64": "integer", "tdim": "integer", "bool": "logical"}
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
_INTEGERS = {"i8", "i16", "i32", "i64", "u8", "u16", "u32", "u64", "tdim"}
_OWN = {"slice", "deconv", "round", "tract_core_scan", "max_pool_with_index"}
"""Operations that compute something else than the standard ones of the same name."""


def standard(dtype: str) -> str:
    """NNEF's name of a data type, where it has one; quantized values are computed as the numbers they stand for."""
    return "scalar" if dtype[:1] == "q" and "(" in dtype else STANDARD.get(dtype, dtype)


_FLOATS, _SIGNED = {"f16", "f32", "f64"}, {"i8", "i16", "i32", "i64"}
_COMPOSED = {"prelu": _FLOATS | _SIGNED, "clamp": _FLOATS | _SIGNED, "batch_normalization": _FLOATS, "linear": _FLOATS}
"""Operations of which the library's body combines operands, with the types that our kernels for them compute in."""
_WIDENED = {"prelu", "batch_normalization"}
"""Operations whose input takes the rank of parameters with more axes; the standard's keeps its own."""


class Adapted:
    """An invocation as the flat graph has it."""

    def __init__(self, operation: str, inputs: list[Value], attributes: Attributes, generic: str | None) -> None:
        self.operation, self.inputs, self.attributes, self.generic = operation, inputs, attributes, generic


def prepare(
    tracer: Tracer, operation: Operation, arguments: dict[str, Value], facts: Value, generic: str | None
) -> Adapted:
    """The invocation of an operation of the dialect; constants and casts it needs are traced before it."""
    name = operation.name
    call = Call(name, arguments, tracer.dialect.name, None, tracer)
    wanted = operand_types(operation, call) | _adopted(operation, call, facts)
    inputs = []
    for parameter in operation.parameters:
        if parameter.is_tensor and name != "tract_core_scan":
            inputs.append(_input(tracer, arguments[parameter.name], wanted.get(parameter.name)))
    attributes = {
        parameter.name: _attribute(tracer, arguments[parameter.name], inputs)
        for parameter in operation.parameters
        if not parameter.is_tensor
    }
    if name in _WIDENED:
        inputs[0] = _widened(tracer, inputs)
    if name == "tract_core_scan":
        _scan(tracer, call, inputs, attributes)
    if any(map(_quantized, inputs[0] if inputs and isinstance(inputs[0], list) else inputs[:1])):
        in_codes(tracer, name, inputs, attributes)
    if name == "tract_core_cast" and isinstance(facts, Tensor) and isinstance(inputs[0], Tensor):
        if _quantized(inputs[0]) and standard(facts.dtype) not in ("scalar", "f16", "f64", "?"):
            return _codes(inputs[0], facts.dtype)
    first = facts[0] if isinstance(facts, (tuple, list)) and facts else facts
    if isinstance(first, Tensor):
        generic = standard(first.dtype)
    if operation.traits.other_kernel and inputs and isinstance(inputs[0], Tensor) and inputs[0].dtype in _INTEGERS:
        return Adapted(f"tract:{name}", inputs, attributes, generic)
    if operation.traits.kind == "input":
        return Adapted("external", inputs, attributes, generic)
    return Adapted(_adapted(name, call, attributes), inputs, attributes, generic)


def _adopted(operation: Operation, call: Call, facts: Value) -> dict[str, str]:
    """Constants among the operands of what is composed of others take the type of the result, as each part would have it."""
    if operation.name not in _COMPOSED or not isinstance(facts, Tensor) or facts.dtype not in _COMPOSED[operation.name]:
        return {}
    named = {parameter.name: call.tensor(parameter.name) for parameter in operation.parameters if parameter.is_tensor}
    return {name: facts.dtype for name, fact in named.items() if fact.value is not None and fact.dtype != facts.dtype}


def _widened(tracer: Tracer, inputs: list[Value]) -> Value:
    """The first input with singular axes behind its own, up to the highest rank among all."""
    first, *others = inputs
    shapes = [item.shape for item in others if isinstance(item, Tensor) and item.shape is not None]
    rank = max(map(len, shapes), default=0)
    if not isinstance(first, Tensor) or first.shape is None or rank <= len(first.shape):
        return first
    axes = list(range(len(first.shape), rank))
    fact = tensor(first.dtype, (*first.shape, *[1] * len(axes)))
    return tracer.emit("unsqueeze", [first], {"axes": axes}, fact, standard(first.dtype))


def _quantized(value: Value) -> bool:
    return isinstance(value, Tensor) and codes_of(value.dtype) is not None


def _codes(value: Tensor, dtype: str) -> Adapted:
    """A cast of a quantized tensor to integers, which gives its codes."""
    made = codes_of(value.dtype)
    assert made is not None
    return Adapted("tract:codes", [value], {"zero_point": made.zero, "scale": made.scale}, standard(dtype))


def _input(tracer: Tracer, value: Value, dtype: str | None) -> Value:
    """A tensor argument: traced, a constant made here, a list, or None for one that is left out."""
    if isinstance(value, list):
        return [_input(tracer, item, dtype) for item in value]
    if value is None or value is False:
        return None
    if not isinstance(value, Tensor):
        return value
    if dtype is not None and codes_of(dtype) is not None:
        return stored_as(tracer, value if tracer.is_traced(value) else constant(tracer, value, "f32"), dtype)
    if tracer.is_traced(value):
        return value if dtype is None else tracer.cast(value, dtype)
    return constant(tracer, value, dtype or value.dtype)


def constant(tracer: Tracer, fact: Tensor, dtype: str) -> Traced:
    """A step that makes a constant of a literal.  Raises `TooMuch` for a tensor of which nothing is known."""
    if fact.value is None:
        raise TooMuch
    items = flat(fact.value)
    shape = fact.shape or ()
    known = [plain(item) for item in items]
    attributes: Attributes = {"shape": [extent for extent in shape if isinstance(extent, int)], "value": known}
    return tracer.emit("constant", [], attributes, tensor(dtype, shape), standard(dtype))


def _attribute(tracer: Tracer, value: Value, inputs: list[Value]) -> Attribute:
    """A plain value; where only the run knows it, the input that holds it."""
    if isinstance(value, Tensor):
        if not tracer.is_traced(value):
            known = plain(value.value)
            return list(known) if isinstance(known, tuple) else known
        items = flat(value.value) if value.value is not None else [None]
        if not any(item is None or isinstance(item, (Opaque, Dim)) for item in items):
            return plain(nested(items, value.shape or ()))
        inputs.append(value)
        return Given(len(inputs) - 1)
    if isinstance(value, list):
        return [_attribute(tracer, item, inputs) for item in value]
    if isinstance(value, tuple):
        return tuple([_attribute(tracer, item, inputs) for item in value])
    return plain_value(value)


def plain_value(value: Value) -> Attribute:
    """A value as an attribute; None for one that is not known."""
    if isinstance(value, list):
        return [plain_value(item) for item in value]
    if isinstance(value, tuple):
        return tuple([plain_value(item) for item in value])
    if isinstance(value, Tensor):
        return plain(value.value)
    return None if isinstance(value, (Opaque, Missing)) else value


def plain(item: Items) -> Attribute:
    """Items of a constant as an attribute; None for one that is not known."""
    if isinstance(item, tuple):
        return tuple([plain(part) for part in item])
    return None if isinstance(item, Opaque) else item


def _may_miss(attributes: Attributes) -> bool:
    """Whether windows may lie in the padding alone."""
    padding = pairs_in(attributes.get("padding"))
    if any(step != 1 for step in ints_in(attributes.get("dilation"))):
        return any(amount != 0 for pair in padding for amount in pair)
    return any(max(pair) >= size for pair, size in zip(padding, ints_in(attributes["size"])))


def _scan(tracer: Tracer, call: Call, inputs: list[Value], attributes: Attributes) -> None:
    """The tensors that a loop takes, and its body as a graph of its own."""
    from ..shapes.tract.scan import loop_of

    loop = loop_of(call)
    for _, value, *_rest in (*loop.scan, *loop.full, *loop.state):
        inputs.append(_input(tracer, wire(value), None))
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


def _adapted(name: str, call: Call, attributes: Attributes) -> str:
    """The operation's name in the flat graph, and its attributes as the standard writes them."""
    if name in _WINDOWS:  # tract slides over the spatial axes only, whatever the window says of batch and channels
        attributes["size"] = [1, 1, *_listed(attributes["size"])[2:]]
        if attributes.get("padding"):
            attributes["padding"] = [(0, 0), (0, 0), *_listed(attributes["padding"])[2:]]
    if name == "debox":
        attributes["normalize"] = False  # tract does not look at it
    elif name in ("max_pool", "max_pool_with_index"):
        attributes["border"] = "ignore"  # tract never pads maxima with zeros
        if name == "max_pool" and _may_miss(attributes):
            return "tract:max_pool"
    elif name == "pad" and attributes.get("border") == "replicated":
        attributes["border"] = "replicate"
    elif name == "softmax":
        rank = call.tensor("x").rank or 0
        attributes["axes"] = [axis for axis in ints_in(attributes["axes"]) if axis < rank]
    elif name in ("squeeze", "unsqueeze") and _repeats(_listed(attributes["axes"])):
        return f"tract:{name}"
    elif name == "conv" and ((call.tensor("bias").rank or 0) > 2 or call.tensor("input").dtype not in ("f32", "?")):
        return "tract:conv"
    elif name in ("matmul", "linear") and call.tensor("A" if name == "matmul" else "input").dtype in ("i8", "u8"):
        return f"tract:{name}"
    return f"tract:{name}" if name in _OWN else name
