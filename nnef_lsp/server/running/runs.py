"""The last runs: their tensors, to be looked into by `nnef/tensor`, and what hovers say of them until the next edit.

Not here: running (`runtime`), the command that runs a graph (`features/run_graph.py`).
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ...archive.arrays import Array
    from ...archive.tensors.tensor import ForeignTensor

KEPT = 3
"""Runs that are remembered: one that is shown, one to compare with, one to spare."""


class Runs:
    """Tensors of the last runs by the run's name."""

    def __init__(self) -> None:
        self._arrays: dict[str, dict[str, Array]] = {}
        self._count = itertools.count(1)

    def add(self, arrays: dict[str, Array]) -> str:
        """Remember the tensors of a run; the name of the run."""
        name = f"run-{next(self._count)}"
        self._arrays[name] = arrays
        while len(self._arrays) > KEPT:
            del self._arrays[next(iter(self._arrays))]
        return name

    @contextmanager
    def opened(self, run: str, tensor: str) -> Iterator[ForeignTensor]:
        """A tensor of a run."""
        from ...archive import ArchiveError
        from ...archive.tensors.tensor import ForeignTensor

        array = self._arrays.get(run, {}).get(tensor)
        if array is None:
            raise ArchiveError(f"The run is forgotten, or did not keep '{tensor}'; run the graph again.")
        yield ForeignTensor(tensor, tuple(array.shape), str(array.dtype), array.nbytes, lambda: array)


RUNS = Runs()
