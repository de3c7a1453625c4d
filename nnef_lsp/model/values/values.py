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

from typing import Any, Union

from ..extents.dims import UNKNOWN, Dim
from .tensor import ANY, Tensor, tensor

Value = Union[int, float, bool, str, None, Dim, Tensor, "Opaque", "Missing", list["Value"], tuple["Value", ...]]
"""What a name or an expression may evaluate to."""


class Opaque:
    """A value of which only the type is known; `type` is a `types.Type` or None when nothing is known."""

    __slots__ = ("type",)

    def __init__(self, type: Any = None) -> None:
        self.type = type

    def __repr__(self) -> str:
        return f"<{self.type or '?'}>"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Opaque) and self.type == other.type

    def __hash__(self) -> int:
        return hash(self.type)


NOTHING_KNOWN = Opaque()


class Missing:
    """What is not there: the default of a parameter that has none, the value of a name that nothing defines."""

    def __repr__(self) -> str:
        return "<none>"


MISSING = Missing()


def is_known(value: Any) -> bool:
    """Whether the value is known in full; symbolic extents count as known, `UNKNOWN` does not."""
    if isinstance(value, (list, tuple)):
        return all(map(is_known, value))
    return not isinstance(value, Opaque) and value is not UNKNOWN


def dtype_of(value: Any) -> str:
    """Data type of the tensor that a primitive value makes ("?" when not known)."""
    if isinstance(value, bool):
        return "logical"
    if isinstance(value, (int, Dim)):
        return "integer"
    if isinstance(value, float):
        return "scalar"
    return "string" if isinstance(value, str) else "?"


def tensor_of(value: Any) -> Tensor:
    """The facts of a value that stands where a tensor is expected: a primitive is a constant of rank 0."""
    if isinstance(value, Tensor):
        return value
    if isinstance(value, (bool, int, float, str, Dim)):
        return tensor(dtype_of(value), (), value)
    return ANY
