"""Attributes in a dialect with exact data types: which values a parameter takes, and which of the strings it knows.

tract reads an attribute by the type that its loader asks for: numbers are numbers, extents and logical values in places
of integers are too, a single value stands for a list of one, and a constant tensor for its items.

Not here: the conversion (`values/constants.py`), operands (`promotion.py`).
"""

from __future__ import annotations

from ..extents.dims import Dim
from ..operations.call import Call, Refusal
from ..operations.declarations import Operation, Parameter
from ..operations.dialects import DIALECTS
from ..values.tensor import Opaque, Tensor
from ..values.types import Type
from ..values.values import Value, type_of


def check_arguments(operation: Operation, call: Call) -> None:
    """Raises `Refusal` for an attribute that tract cannot read."""
    overlooked = DIALECTS[call.dialect].overlooked if call.dialect in DIALECTS else ()
    for parameter in operation.parameters:
        if parameter.is_tensor or f"{operation.name}.{parameter.name}" in overlooked:
            continue
        value = call.arguments.get(parameter.name)
        if value is None or value is parameter.default:
            continue
        if not readable(value, parameter.type):
            message = f"'{parameter.name}' must be {_wanted(parameter.type)}, found {type_of(value)}"
            raise Refusal("invalid-value", message, parameter.name)
        _check_choice(parameter, value)


def _check_choice(parameter: Parameter, value: Value) -> None:
    if parameter.choices and isinstance(value, str) and value not in parameter.choices:
        listed = ", ".join(f"'{choice}'" for choice in parameter.choices)
        raise Refusal("invalid-value", f"'{parameter.name}' must be one of {listed}, found '{value}'", parameter.name)


def readable(value: Value, type: Type) -> bool:
    """Whether a value, converted as far as it can be, is what the parameter takes; what is not known may be."""
    if isinstance(value, Opaque):
        return not (_is_integer(type) and value.type is not None and value.type.name == "logical")
    if isinstance(value, Tensor):
        return True
    if type.kind == "array":
        item = type.items[0]
        if isinstance(value, (list, tuple)):
            return all(readable(part, item) for part in value) and not any(
                isinstance(part, bool) for part in value if _is_integer(item)
            )
        return not (isinstance(value, bool) and _is_integer(item)) and readable(value, item)
    if type.kind == "tuple" and isinstance(value, (list, tuple)):
        return all(readable(part, item) for part, item in zip(value, type.items))
    if type.kind != "primitive":
        return isinstance(value, (list, tuple)) or type.kind == "any"
    if isinstance(value, (list, tuple)):
        return False
    if type.name == "integer":
        return isinstance(value, (int, Dim))
    if type.name == "string":
        return isinstance(value, str)
    if type.name == "logical":
        return not isinstance(value, (str, float))
    return type.name != "scalar" or not isinstance(value, str)


def _is_integer(type: Type) -> bool:
    return type.kind == "primitive" and type.name == "integer"


def _wanted(type: Type) -> str:
    words = {"integer": "an integer", "scalar": "a number", "logical": "true or false", "string": "a string"}
    if type.kind == "array":
        return f"a list ({type})"
    return words.get(type.name, str(type))
