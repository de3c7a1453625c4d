"""Counting the bytes that activations hold."""

from __future__ import annotations

import numpy as np

from .arrays.dtypes import Array


class Memory:
    """Bytes that activations hold besides the arena; views of one array count once, views of the arena not at all."""

    def __init__(self, arena: Array | None = None) -> None:
        self.arena = arena
        self.held: dict[int, list[int]] = {}
        self.now = self.peak = 0

    def add(self, array: Array) -> None:
        base = owner(array)
        if base is self.arena:
            return
        entry = self.held.setdefault(id(base), [0, base.nbytes])
        entry[0] += 1
        if entry[0] == 1:
            self.now += entry[1]
            self.peak = max(self.peak, self.now)

    def remove(self, array: Array) -> None:
        base = owner(array)
        entry = self.held.get(id(base))
        if entry is not None:
            entry[0] -= 1
            if not entry[0]:
                self.now -= self.held.pop(id(base))[1]


def owner(array: Array) -> Array:
    """The array that owns the memory of a view."""
    while isinstance(array.base, np.ndarray):
        array = array.base
    return array
