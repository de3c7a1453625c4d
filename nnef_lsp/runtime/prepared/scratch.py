"""Working memory of prepared forms: places in the arena that live while the form runs."""

from __future__ import annotations

from math import prod

import numpy as np

from ..arrays.dtypes import Array, Dtype
from ..tiles.team import Team

ALIGN = 64


ROOM = 1 << 18
"""A form may always take so much: smaller tiles cost more time than such memory is worth."""


class Scratch:
    """What forms are made with: the team of threads, and promises of working memory.

    `room` is how much the form at hand should take at most, all workers together: what is left between the tensors that
    live beside it and the most that tensors need anywhere.
    """

    def __init__(self, team: Team) -> None:
        self.team = team
        self.room = 1 << 62
        self._leases: list[Lease] = []

    def within(self, most: int, team: Team, besides: int = 0) -> int:
        """`most` bytes for each worker, or its part of the room if that is less; `besides` is what they share."""
        return min(most, max(self.room - besides, ROOM) // team.size)

    def reserve(self, dtype: Dtype, *shapes: tuple[int, ...], workers: int = 1) -> Lease:
        """Promise arrays of these shapes, not overlapping each other; their contents do not last between calls.

        Every one of the `workers` has its own.
        """
        lease = Lease(np.dtype(dtype), shapes, workers)
        self._leases.append(lease)
        return lease

    def taken(self) -> list[Lease]:
        """The leases since the last question."""
        leases, self._leases = self._leases, []
        return leases


class Lease:
    """Arrays in a block that is given later, when the places of all tensors are known."""

    def __init__(self, dtype: Dtype, shapes: tuple[tuple[int, ...], ...], workers: int) -> None:
        self.dtype, self.shapes, self.workers = dtype, shapes, workers
        self.offsets = [0]
        for shape in shapes:
            size = prod(shape) * dtype.itemsize
            self.offsets.append(self.offsets[-1] + -(-size // ALIGN) * ALIGN)
        self._arrays: list[list[Array]] = []

    @property
    def bytes(self) -> int:
        """Of all workers."""
        return self.offsets[-1] * self.workers

    def take(self, block: Array, start: int) -> None:
        """The arrays are at `start` of the block of bytes."""
        places = list(zip(self.shapes, self.offsets, strict=False))
        self._arrays = [
            [
                np.ndarray(shape, self.dtype, block, start + worker * self.offsets[-1] + offset)
                for shape, offset in places
            ]
            for worker in range(self.workers)
        ]

    def arrays(self, worker: int = 0) -> list[Array]:
        """The arrays of a worker; the same ones at every call."""
        return self._arrays[worker]
