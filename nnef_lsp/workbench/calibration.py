"""What flows through a graph on a person's inputs: ranges and histograms of each tensor, and how far a quantized run is off.

One session of the executor runs all items, one after the other; of each tensor only its range and a histogram stay.

Not here: codes made of ranges (`changes/quantize.py`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ..model.flattening.flat_graph import FlatGraph
from ..project.opening import Document
from ..runtime.errors import RunError
from ..runtime.inputs.sources import read_input
from ..runtime.process.job import prepare
from ..runtime.process.request import RunRequest
from .coding import decibels
from .errors import ChangeError

if TYPE_CHECKING:
    from ..archive.arrays import Array

BINS = 2048
Item = Mapping[str, "Array"]
"""An array for each input."""


@dataclass
class Seen:
    """What a tensor was in all runs: its range, and how often each part of it occurred."""

    low: float = 0.0
    high: float = 0.0
    counts: Any = None

    def centres(self) -> Array:
        """The middle of each bin of `counts`."""
        import numpy as np

        edges = np.linspace(self.low, self.high, BINS + 1)
        return np.asarray((edges[1:] + edges[:-1]) / 2)


@dataclass
class Off:
    """How far a tensor of a quantized run is off: sums of squares of the signal and of the error."""

    signal: float = 0.0
    noise: float = 0.0

    @property
    def decibels(self) -> float:
        """Signal to noise."""
        return decibels(self.signal, self.noise)


@dataclass
class Accuracy:
    """Each tensor's error, and in how many rows of the outputs the largest item is the same."""

    tensors: dict[str, Off] = field(default_factory=dict)
    same: int = 0
    rows: int = 0


def items_from(document: Document, graph: FlatGraph, sources: Sequence[Mapping[str, str]]) -> list[Item]:
    """The arrays that sources stand for; an array of several batches gives several items.  Raises ChangeError."""
    import numpy as np

    from ..archive import ArchiveError
    from ..runtime.inputs.sources import stored_shape

    found: list[Item] = []
    for source in sources:
        several = 1
        for name in graph.inputs:
            stored, shape = stored_shape(name, source.get(name, "")), graph.tensors[name].shape or ()
            if stored and len(stored) == len(shape) and isinstance(shape[0], int) and stored[1:] == tuple(shape[1:]):
                several = max(several, stored[0] // shape[0])
        try:
            arrays = {}
            for name in graph.inputs:
                fact = graph.tensors[name]
                if several > 1:
                    from ..model.values.tensor import tensor

                    assert fact.shape is not None and isinstance(fact.shape[0], int)
                    fact = tensor(fact.dtype, (fact.shape[0] * several, *fact.shape[1:]))
                arrays[name] = np.asarray(read_input(name, source.get(name, "random:0"), fact))
        except (RunError, ArchiveError) as error:
            raise ChangeError(str(error).rstrip(".")) from error
        for part in range(several):
            found.append({name: np.array_split(array, several)[part] for name, array in arrays.items()})
    return found


class Runs:
    """A graph made ready to run, with some of its tensors kept."""

    def __init__(
        self,
        document: Document,
        graph: FlatGraph,
        keep: Collection[str],
        first: Item,
        kernels: Mapping[str, Any],
        quantize: bool,
    ) -> None:
        from ..runtime.engines import find_engine
        from ..runtime.inputs.weights import weights_from

        kept = tuple(name for name in keep if name not in graph.outputs)
        try:
            request = RunRequest(graph, model=None, weights="random:0", keep=kept, quantize=quantize, **kernels)
            _, job = prepare(request, dict(first))
            job.weights = weights_from("model", document.model, graph)
            self._session = find_engine("numpy").load(job)
        except RunError as error:
            raise ChangeError(f"{document.path} cannot be run: {error.message}") from error

    def run(self, item: Item) -> Mapping[str, Any]:
        """All outputs and kept tensors."""
        try:
            return self._session.run(dict(item)).tensors
        except RunError as error:
            raise ChangeError(f"the model cannot be run on an input: {error.message}") from error


def seen(runs: Runs, items: Sequence[Item], names: Collection[str], histograms: bool) -> dict[str, Seen]:
    """Ranges of tensors in all runs (0 is in each of them); histograms take a second round.  Raises ChangeError for
    items that are not finite."""
    import numpy as np

    found = {name: Seen() for name in names}
    for item in items:
        tensors = runs.run(item)
        for name, each in found.items():
            array = tensors[name]
            if not array.size:
                continue
            each.low, each.high = min(each.low, float(array.min())), max(each.high, float(array.max()))
            if not np.isfinite((each.low, each.high)).all():
                raise ChangeError(f"'{name}' has items that are not finite numbers on these inputs")
    for item in items if histograms else ():
        tensors = runs.run(item)
        for name, each in found.items():
            if each.high > each.low:
                counts, _ = np.histogram(tensors[name], BINS, (each.low, each.high))
                each.counts = counts if each.counts is None else each.counts + counts
    return found


def accuracy(
    plain: Runs, quantized: Runs, items: Sequence[Item], names: Collection[str], outputs: Sequence[str]
) -> Accuracy:
    """A quantized run beside one in real numbers."""
    import numpy as np

    result = Accuracy({name: Off() for name in names})
    for item in items:
        want, have = plain.run(item), quantized.run(item)
        for name, off in result.tensors.items():
            a = np.asarray(want[name], np.float64).ravel()
            b = np.asarray(have[name], np.float64).ravel() - a
            off.signal, off.noise = off.signal + float(np.dot(a, a)), off.noise + float(np.dot(b, b))
        for name in outputs:
            a, b = np.asarray(want[name]), np.asarray(have[name])
            if a.ndim >= 2 and np.size(a, 1) > 1:
                same = np.asarray(a.argmax(1) == b.argmax(1))
                result.same, result.rows = result.same + int(same.sum()), result.rows + same.size
    return result
