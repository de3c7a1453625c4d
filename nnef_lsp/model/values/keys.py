"""Values as keys: which are compared by identity, and what stands for the others where outcomes are remembered.

Not here: what is remembered (`analysis/memo.py`, `evaluation/expansion.py`).
"""

from __future__ import annotations

from typing import Any

from ..extents.dims import Dim
from .tensor import Tensor
from .values import MISSING, Opaque


def is_plain(value: Any) -> bool:
    """Whether a value is interned, so that it may be compared and remembered by identity."""
    return isinstance(value, (Tensor, Dim))


def key_of(value: Any) -> Any:
    """A value as a key that tells 1 from 1.0 and true; None if it is too long for one."""
    kind = type(value)
    if kind in (list, tuple):
        if len(value) > 64:
            return None
        items = tuple(map(key_of, value))
        return None if None in items else (kind, *items)
    if kind is Opaque:
        return (kind, value.type)
    return value if kind is Tensor else (kind, value) if kind in (int, float, bool, str) else (kind, repr(value))


def key_of_values(values: list[Any]) -> tuple[Any, ...] | None:
    """A key of what names mean for a statement; None if it is too long for one."""
    found = tuple([value if is_plain(value) or value is MISSING else key_of(value) for value in values])
    return None if None in found else found


def same_value(a: Any, b: Any) -> bool:
    """Whether two values are the same facts; 1 and 1.0 and true are not."""
    if a is b:
        return True
    return type(a) is type(b) and not isinstance(a, Tensor) and repr(a) == repr(b) and a == b
