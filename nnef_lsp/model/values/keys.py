"""Values as keys: which are compared by identity, and what stands for the others where outcomes are remembered.

Not here: what is remembered (`analysis/memo.py`, `evaluation/expansion.py`).
"""

from __future__ import annotations

from collections.abc import Hashable

from ..extents.dims import Dim
from .tensor import Opaque, Tensor
from .values import Missing, Value


def is_plain(value: Value) -> bool:
    """Whether a value is interned, so that it may be compared and remembered by identity."""
    return isinstance(value, (Tensor, Dim))


Key = Hashable
"""Equal for values that mean the same."""


def key_of(value: Value) -> Key | None:
    """A value as a key that tells 1 from 1.0 and true; None if it is too long for one."""
    kind = type(value)
    if isinstance(value, (list, tuple)):
        if len(value) > 64:
            return None
        items = tuple(map(key_of, value))
        return None if None in items else (kind, *items)
    if isinstance(value, Opaque):
        return (kind, value.type)
    if isinstance(value, Tensor):
        return value
    return (kind, value) if isinstance(value, (int, float, str)) else (kind, repr(value))


def key_of_values(values: list[Value]) -> tuple[Key, ...] | None:
    """A key of what names mean for a statement; None if it is too long for one."""
    found = tuple([value if isinstance(value, (Tensor, Dim, Missing)) else key_of(value) for value in values])
    return None if None in found else found


def same_value(a: Value, b: Value) -> bool:
    """Whether two values are the same facts; 1 and 1.0 and true are not."""
    if a is b:
        return True
    return type(a) is type(b) and not isinstance(a, Tensor) and repr(a) == repr(b) and a == b
