"""Whether a changed model computes what the old one did: both run on the same inputs, and each output is compared.

Inputs are a saved set, an io.npz beside the model, or random ones.  Tensors of the old graph that are inputs of the new
one, or its outputs, are taken from the run of the old one, so a part is compared with the whole.

Both runs go the way of `nnef-lsp run`.  Not here: what is done about a difference (`cli`).
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ..model.extents.dims import symbols_of
from ..model.flattening.flat_graph import FlatGraph
from ..project.opening import Document
from ..runtime.inputs.open_extents import flatten_for_run, symbol_values
from ..runtime.process.client import run_sync
from ..runtime.process.request import RunReport, RunRequest
from ..runtime.summary import difference
from .change import BUNDLE, Change
from .errors import ChangeError

if TYPE_CHECKING:
    from ..archive.arrays import Array


@dataclass(frozen=True)
class Compared:
    """One output of both models: the largest absolute and relative error, and the largest magnitude of the old one."""

    output: str
    absolute: float
    relative: float
    magnitude: float
    problem: str = ""

    def within(self, tolerance: float) -> bool:
        """Whether it is off by no more than `tolerance` of its largest magnitude (of 1, where that is smaller)."""
        return not self.problem and self.absolute <= tolerance * max(1.0, self.magnitude)


@dataclass(frozen=True)
class Proof:
    """What the two runs gave; `seconds` are those of the old and of the new model."""

    outputs: tuple[Compared, ...]
    seconds: tuple[float, float]
    inputs: str

    def within(self, tolerance: float) -> bool:
        """Whether every output is."""
        return all(output.within(tolerance) for output in self.outputs)


@dataclass(frozen=True)
class Means:
    """How to run models: inputs by name, where the others come from, values of symbols, and the kernels of a project."""

    inputs: Mapping[str, str] = field(default_factory=dict)
    default_input: str = "random:0"
    symbols: Mapping[str, int] = field(default_factory=dict)
    kernels: Mapping[str, Any] = field(default_factory=dict)


def prove(change: Change, path: str, means: Means | None = None, quantize: bool = False) -> Proof:
    """Run the old model and the new one, which lies at `path`; raises ChangeError for a run that fails.  With `quantize` the
    new one does what its graph.quant says."""
    means = means or Means()
    old, new = (flatten_for_run(document.analysis, means.symbols) for document in (change.old, change.new))
    unknown = [name for name in [*new.inputs, *new.outputs] if name not in old.tensors]
    if unknown:
        raise ChangeError(f"the old graph has no tensor '{unknown[0]}' to compare with")
    kept = tuple(dict.fromkeys(name for name in [*new.outputs, *new.inputs] if name not in {*old.outputs, *old.inputs}))
    inputs, told = _sources(change.old, old, means)
    symbols = symbol_values(change.old.analysis.tensors(), inputs, means.symbols)
    if symbols != dict(means.symbols):
        old, new = (flatten_for_run(document.analysis, symbols) for document in (change.old, change.new))
    with tempfile.TemporaryDirectory(prefix="nnef-lsp-proof-") as folder:
        before = run_model(old, change.old.path, inputs, means, kept)
        found = before.arrays
        given = dict(inputs)
        for number, name in enumerate(new.inputs):
            if name in found and name not in old.inputs:
                given[name] = _saved(found[name], os.path.join(folder, f"{number}.npy"))
        given = {name: source for name, source in given.items() if name in new.inputs}
        after = run_model(new, path, given, means, (), quantize=quantize)
        for name in new.outputs:
            if name not in found and name in old.inputs:
                raise ChangeError(f"the output '{name}' is an input, so there is nothing to compare")
        outputs = tuple(compared(name, found[name], after.arrays[name]) for name in new.outputs)
    return Proof(outputs, (before.seconds, after.seconds), told)


def _sources(document: Document, graph: FlatGraph, means: Means) -> tuple[dict[str, str], str]:
    """Where the inputs come from, and in words."""
    inputs = dict(means.inputs)
    if inputs:
        return inputs, "the inputs given"
    bundle = os.path.join(os.path.dirname(os.path.abspath(document.graph_path)), BUNDLE)
    if os.path.isfile(bundle):
        from ..project.input_sets import npz_files

        names = npz_files(os.path.dirname(bundle), graph.inputs).get(bundle)
        if names is not None and _fits(bundle, graph):
            return {name: f"{bundle}:{name}" for name in graph.inputs}, BUNDLE
    return inputs, "zeros" if means.default_input == "zeros" else "random inputs"


def _fits(bundle: str, graph: FlatGraph) -> bool:
    """Whether the arrays of a bundle have the shapes of the inputs, as far as these are numbers."""
    from ..runtime.inputs.sources import stored_shape

    for name in graph.inputs:
        stored, shape = stored_shape(name, f"{bundle}:{name}"), graph.tensors[name].shape
        if stored is None or shape is None or len(stored) != len(shape):
            return False
        if any(isinstance(wanted, int) and wanted != got for wanted, got in zip(shape, stored, strict=True)):
            return False
    return True


def run_model(
    graph: FlatGraph, path: str, inputs: Mapping[str, str], means: Means, keep: tuple[str, ...], **options: Any
) -> RunReport:
    """One run in a process of its own, with the arrays of its outputs and of the tensors kept.  Raises ChangeError."""
    open_ = sorted(
        {name for each in graph.tensors.values() for extent in each.shape or () for name in symbols_of(extent)}
    )
    if open_:
        raise ChangeError(
            f"the symbol '{open_[0]}' has no value: give it by --set {open_[0]}=N, or leave the proof out with --no-proof"
        )
    request = RunRequest(
        graph, model=path, inputs=inputs, default_input=means.default_input, keep=keep, arrays=True, top=0,
        **means.kernels, **options,
    )  # fmt: skip
    report = run_sync(request)
    if report.status != "done":
        raise ChangeError(f"{path} cannot be run: {report.message}")
    return report


def _saved(array: Array, path: str) -> str:
    import numpy as np

    np.save(path, array, allow_pickle=False)
    return path


def compared(name: str, old: Array, new: Array) -> Compared:
    """Two arrays of one output."""
    import numpy as np

    if old.shape != new.shape:
        return Compared(name, 0.0, 0.0, 0.0, f"its shape is {list(new.shape)} instead of {list(old.shape)}")
    if old.dtype.kind not in "fiub":
        return Compared(name, 0.0, 0.0, 0.0, "" if np.array_equal(old, new) else "it differs")
    found = difference(new, old)
    finite = np.abs(old[np.isfinite(old)].astype(np.float64)) if old.size else old
    return Compared(name, found["max_abs_error"], found["max_rel_error"], float(finite.max()) if finite.size else 0.0)


def prove_parts(
    change: Change, path: str, means: Means, times: int | None
) -> tuple[list[Compared], tuple[float, float], int]:
    """Run a new model whose batches are `times` those of the old one, and the old one on each part; with None only the new
    one.  Inputs are random.  Gives what was compared, seconds, and how many parts were."""
    import numpy as np

    old, new = (flatten_for_run(document.analysis, means.symbols) for document in (change.old, change.new))
    with tempfile.TemporaryDirectory(prefix="nnef-lsp-proof-") as folder:
        drawn = run_model(new, path, {}, means, tuple(name for name in new.inputs if name not in new.outputs))
        results = {name: drawn.arrays[name] for name in new.outputs}
        if times is None:
            bad = {name: array.dtype.kind == "f" and not np.isfinite(array).all() for name, array in results.items()}
            problems = {
                name: "it has items that are not finite numbers" if wrong else "" for name, wrong in bad.items()
            }
            found = [Compared(name, 0.0, 0.0, 0.0, problems[name]) for name in new.outputs if problems[name]]
            return found, (0.0, drawn.seconds), 0
        worst: dict[str, Compared] = {}
        seconds = 0.0
        parts = range(times) if times <= 4 else (0, 1, times - 1)
        for part in parts:
            inputs = {}
            for number, name in enumerate(old.inputs):
                array = drawn.arrays[name]
                size = len(array) // times
                inputs[name] = _saved(
                    array[part * size : (part + 1) * size], os.path.join(folder, f"{part}_{number}.npy")
                )
            single = run_model(old, change.old.path, inputs, means, ())
            seconds = single.seconds
            for name in new.outputs:
                size = len(results[name]) // times
                item = compared(name, single.arrays[name], results[name][part * size : (part + 1) * size])
                if name not in worst or item.problem or item.absolute > worst[name].absolute:
                    worst[name] = item
    return list(worst.values()), (seconds, drawn.seconds), len(parts)
