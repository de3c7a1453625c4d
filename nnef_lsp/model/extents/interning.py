"""Tables of the one object of each meaning, and forgetting those that nobody else holds.

Typing in a shape makes facts at every key; without forgetting, a server that is typed into for days would keep all of them.
(Tried on paper: weak references. Each look-up would cost three times as much, and every fact a reference of its own.)

Not here: what is interned (`dims.py`, `values/tensor.py`).
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Hashable
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")
_lock = threading.Lock()
_tables: list[Interned] = []  # type: ignore[type-arg]


class Interned(Generic[Key, Value]):
    """Objects by what makes them equal.  `get` is a dictionary's, and what it gave is not forgotten while it is held."""

    def __init__(self) -> None:
        self.objects: dict[Key, Value] = {}
        self.get = self.objects.get
        _tables.append(self)

    def keep(self, key: Key, made: Value) -> Value:
        """The object for a key: this one, unless another thread was faster."""
        with _lock:
            return self.objects.setdefault(key, made)

    def forget_unused(self) -> int:
        """Forget the objects that only this table holds; how many these were.

        Other threads may look up what is here meanwhile: an object is taken out first, so that nobody can come by it any
        more, and put back if somebody has; nothing new is kept until that is decided.
        """
        gone = 0
        for key in list(self.objects):
            with _lock:
                found = self.objects.pop(key)
                if sys.getrefcount(found) > _ALONE:
                    self.objects[key] = found
                else:
                    gone += 1
        return gone


def _references() -> int:
    found = object()
    return sys.getrefcount(found)


_ALONE = _references()
"""References to an object that one local name has."""


def forget_unused() -> int:
    """Forget what no table's objects and nobody else holds; how many objects."""
    total = 0
    while found := sum(table.forget_unused() for table in _tables):
        total += found  # what is gone may have held others
    return total
