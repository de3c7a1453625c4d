"""Flattening in a dialect with exact data types: literals become constants, conversions become casts, symbols numbers.

The flat graph names the data types that NNEF has by NNEF's names (f32 is scalar, i64 and tdim are integer, bool is
logical), so that a run need not know the dialect; all others keep their own.  What an operation of the dialect means
differently is adapted here where attributes can say it, or gets a name of its own (`DIALECT:slice`).

Not here: the tracing itself (`flatten.py`).
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Protocol, cast

from ..dtypes.results import operand_types
from ..evaluation.budget import TooMuch
from ..extents.dims import Dim
from ..operations.declarations import Operation
from ..operations.dialect import Dialect
from ..shapes import Call
from ..values.codes import codes_of
from ..values.constants import flat, nested
from ..values.tensor import Items, Opaque, Tensor, tensor
from ..values.values import Missing, Value
from .codes import in_codes, stored_as
from .flat_graph import Attribute, Attributes, Given
from .trace import Traced, Tracer

STANDARD = {"f32": "scalar", "i64": "integer", "tdim": "integer", "bool": "logical"}
INTEGERS = {"i8", "i16", "i32", "i64", "u8", "u16", "u32", "u64", "tdim"}


def standard(dtype: str) -> str:
    """NNEF's name of a data type, where it has one; quantized values are computed as the numbers they stand for."""
    return "scalar" if dtype[:1] == "q" and "(" in dtype else STANDARD.get(dtype, dtype)


_FLOATS, _SIGNED = {"f16", "f32", "f64"}, {"i8", "i16", "i32", "i64"}
_UNSIGNED = {"u8", "u16", "u32", "u64"}
_COMPOSED = {
    "prelu": _FLOATS | _SIGNED,
    "clamp": _FLOATS | _SIGNED | _UNSIGNED,
    "batch_normalization": _FLOATS,
    "linear": _FLOATS,
}
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
    loops = name in tracer.dialect.loops
    inputs = []
    for parameter in operation.parameters:
        if parameter.is_tensor and not loops:
            inputs.append(operand(tracer, arguments[parameter.name], wanted.get(parameter.name)))
    attributes = {
        parameter.name: _attribute(tracer, arguments[parameter.name], inputs)
        for parameter in operation.parameters
        if not parameter.is_tensor
    }
    if name in _WIDENED:
        inputs[0] = _widened(tracer, inputs)
    adapter = _adapter(tracer.dialect.name)
    if loops and adapter is not None:
        adapter.looped(tracer, call, inputs, attributes)
    if any(map(_quantized, inputs[0] if inputs and isinstance(inputs[0], list) else inputs[:1])):
        in_codes(tracer, name, inputs, attributes)
    if name == tracer.dialect.cast and isinstance(facts, Tensor) and isinstance(inputs[0], Tensor):
        if _quantized(inputs[0]) and standard(facts.dtype) not in ("scalar", "f16", "f64", "?"):
            return _codes(tracer.dialect, inputs[0], facts.dtype)
    first = facts[0] if isinstance(facts, (tuple, list)) and facts else facts
    if isinstance(first, Tensor):
        generic = standard(first.dtype)
    if operation.traits.other_kernel and inputs and isinstance(inputs[0], Tensor) and inputs[0].dtype in INTEGERS:
        return Adapted(tracer.dialect.kernel(name), inputs, attributes, generic)
    if operation.traits.kind == "input":
        return Adapted("external", inputs, attributes, generic)
    own = adapter.adapted(name, call, attributes) if adapter is not None else name in tracer.dialect.own_kernels
    return Adapted(tracer.dialect.kernel(name) if own else name, inputs, attributes, generic)


class Adaptation(Protocol):
    """What `adapted.py` in a dialect's folder beside this file has."""

    @staticmethod
    def adapted(name: str, call: Call, attributes: Attributes) -> bool:
        """Write an operation's attributes as the standard has them; whether it needs a kernel of the dialect's own."""
        ...

    @staticmethod
    def looped(tracer: Tracer, call: Call, inputs: list[Value], attributes: Attributes) -> None:
        """Add the tensors that a loop takes, and its body as a graph of its own."""
        ...


@cache
def _adapter(dialect: str) -> Adaptation | None:
    if not (Path(__file__).parent / dialect / "adapted.py").exists():
        return None
    return cast("Adaptation", import_module(f"{__package__}.{dialect}.adapted"))


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


def _codes(dialect: Dialect, value: Tensor, dtype: str) -> Adapted:
    """A cast of a quantized tensor to integers, which gives its codes."""
    made = codes_of(value.dtype)
    assert made is not None
    return Adapted(dialect.kernel("codes"), [value], {"zero_point": made.zero, "scale": made.scale}, standard(dtype))


def operand(tracer: Tracer, value: Value, dtype: str | None) -> Value:
    """A tensor argument: traced, a constant made here, a list, or None for one that is left out."""
    if isinstance(value, list):
        return [operand(tracer, item, dtype) for item in value]
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
    known = [_within(plain(item), dtype) for item in items]
    attributes: Attributes = {"shape": [extent for extent in shape if isinstance(extent, int)], "value": known}
    return tracer.emit("constant", [], attributes, tensor(dtype, shape), standard(dtype))


def _within(item: Attribute, dtype: str) -> Attribute:
    """A number as a type of whole numbers takes it: what has a point is cut to the ends of the type, others wrap."""
    if dtype not in INTEGERS - {"tdim"} or isinstance(item, bool) or not isinstance(item, (int, float)):
        return item
    span = 1 << int(dtype[1:])
    low = 0 if dtype[0] == "u" else -span // 2
    if isinstance(item, int):
        return (item - low) % span + low
    return 0 if item != item else int(max(low, min(low + span - 1, item)))


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
