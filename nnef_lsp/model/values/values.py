"""Compile-time values: what an expression of a graph or fragment evaluates to during analysis.

| NNEF | here |
|---|---|
| integer, scalar, logical, string literals | `int`, `float`, `bool`, `str` |
| array, tuple | `list`, `tuple` |
| tensor | `facts.Tensor` |
| dialects' symbolic extents | `dims.Dim` |
| a value of known type that is not known itself (a parameter of a fragment nobody calls) | `Opaque` |

Not here: the types themselves (`types.py`), evaluation (`evaluation/evaluator.py`).
"""

from __future__ import annotations

from typing import Union

from ..extents.dims import UNKNOWN, Dim
from .tensor import ANY, Opaque, Tensor, tensor
from .types import ANY as ANY_TYPE
from .types import EMPTY, INTEGER, LOGICAL, SCALAR, STRING, Type, array_type, common_type, tensor_type

Value = Union[int, float, bool, str, None, Dim, Tensor, "Opaque", "Missing", list["Value"], tuple["Value", ...]]
"""What a name or an expression may evaluate to."""


class Missing:
    """What is not there: the default of a parameter that has none, the value of a name that nothing defines."""

    def __repr__(self) -> str:
        return "<none>"


MISSING = Missing()


def is_known(value: Value) -> bool:
    """Whether the value is known in full; symbolic extents count as known, `UNKNOWN` does not."""
    if isinstance(value, (list, tuple)):
        return all(map(is_known, value))
    return not isinstance(value, Opaque) and value is not UNKNOWN


def dtype_of(value: Value) -> str:
    """Data type of the tensor that a primitive value makes ("?" when not known)."""
    if isinstance(value, bool):
        return "logical"
    if isinstance(value, (int, Dim)):
        return "integer"
    if isinstance(value, float):
        return "scalar"
    return "string" if isinstance(value, str) else "?"


def tensor_of(value: Value) -> Tensor:
    """The facts of a value that stands where a tensor is expected: a primitive is a constant of rank 0."""
    if isinstance(value, Tensor):
        return value
    if isinstance(value, (bool, int, float, str, Dim)):
        return tensor(dtype_of(value), (), value)
    return ANY


def type_of(value: Value) -> Type:
    """The type of a compile-time value; an array without a common item type counts as an array of `ANY`."""
    if isinstance(value, Tensor):
        return ANY_TYPE if value.dtype == "?" and value.shape is None else tensor_type(value.dtype)
    if isinstance(value, bool):
        return LOGICAL
    if isinstance(value, (int, Dim)):
        return INTEGER
    if isinstance(value, float):
        return SCALAR
    if isinstance(value, str):
        return STRING
    if isinstance(value, Opaque):
        return value.type or ANY_TYPE
    if isinstance(value, tuple):
        return Type("tuple", "", tuple(map(type_of, value)))
    if isinstance(value, list):
        return _array_of(value)
    return ANY_TYPE


def _array_of(items: list[Value]) -> Type:
    if not items:
        return EMPTY
    kinds = {type(item) for item in items}
    if len(kinds) == 1 and kinds <= {int, float, bool, str}:
        return array_type(type_of(items[0]))
    common: Type | None = None
    for found in {type_of(item) for item in items}:
        common = found if common is None else common_type(common, found)
        if common is None:
            return array_type(ANY_TYPE)
    return array_type(common or ANY_TYPE)


def mixed(value: Value) -> bool:
    """Whether a value holds an array whose items have no common type."""
    if isinstance(value, list) and len({type(item) for item in value}) > 1:
        return True
    return isinstance(value, (list, tuple)) and any(map(mixed, value))
