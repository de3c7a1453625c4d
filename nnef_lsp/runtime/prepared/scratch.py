"""Working memory that all prepared forms share: only one of them runs at a time."""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from ..arrays.dtypes import Array

ALIGN = 64


class Scratch:
    """One buffer as large as the largest request."""

    def __init__(self) -> None:
        self.bytes = 0
        self._buffer: Array | None = None

    def reserve(self, dtype: Any, *shapes: tuple[int, ...]) -> Lease:
        """Promise arrays of these shapes, not overlapping each other; their contents do not last between calls."""
        lease = Lease(self, np.dtype(dtype), shapes)
        self.bytes = max(self.bytes, lease.bytes)
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
        self._arrays: list[Array] | None = None

    def arrays(self) -> list[Array]:
        """The arrays; the same ones at every call."""
        if self._arrays is None:
            buffer = self.scratch.buffer()
            self._arrays = [
                np.ndarray(shape, self.dtype, buffer, offset) for shape, offset in zip(self.shapes, self.offsets, strict=False)
            ]
        return self._arrays
