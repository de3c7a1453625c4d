"""Working memory that all prepared forms share: only one of them runs at a time."""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from ..arrays.dtypes import Array
from .team import Team

ALIGN = 64


class Scratch:
    """One buffer as large as the largest request, and the team of threads that share it."""

    def __init__(self, team: Team) -> None:
        self.team = team
        self.bytes = 0
        self._buffer: Array | None = None

    def reserve(self, dtype: Any, *shapes: tuple[int, ...], workers: int = 1) -> Lease:
        """Promise arrays of these shapes, not overlapping each other; their contents do not last between calls.

        Every one of the `workers` has its own.
        """
        lease = Lease(self, np.dtype(dtype), shapes)
        self.bytes = max(self.bytes, lease.bytes * workers)
        return lease

    def buffer(self) -> Array:
        """The memory, made at first use (when all requests are known)."""
        if self._buffer is None or self._buffer.nbytes < self.bytes:
            self._buffer = np.empty(self.bytes, np.uint8)
        return self._buffer


class Lease:
    """Arrays in the shared buffer."""

    def __init__(self, scratch: Scratch, dtype: Any, shapes: tuple[tuple[int, ...], ...]) -> None:
        self.scratch, self.dtype, self.shapes = scratch, dtype, shapes
        self.offsets = [0]
        for shape in shapes:
            size = prod(shape) * dtype.itemsize
            self.offsets.append(self.offsets[-1] + -(-size // ALIGN) * ALIGN)
        self.bytes = self.offsets[-1]
        self._arrays: dict[int, list[Array]] = {}

    def arrays(self, worker: int = 0) -> list[Array]:
        """The arrays of a worker; the same ones at every call."""
        found = self._arrays.get(worker)
        if found is None:
            buffer, start = self.scratch.buffer(), worker * self.bytes
            places = zip(self.shapes, self.offsets, strict=False)
            found = [np.ndarray(shape, self.dtype, buffer, start + offset) for shape, offset in places]
            self._arrays[worker] = found
        return found
