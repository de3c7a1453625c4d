"""The ways in which the numpy engine computes one graph, held against each other: `nnef-lsp verify --paths`.

    for parting in partings(job): ...        # job: EngineRun, as `run` has it

Plain kernels on one thread, every tensor kept, say what is right.  The other paths run exactly as `nnef-lsp run` goes,
twice, with nothing kept: tensors are looked at while they live, when they are written and whenever they are read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np

from ..model.flattening.flat_graph import tensor_names
from .arrays.dtypes import Array
from .engines import EngineRun
from .execution.execute import Session
from .planning.plan import SOURCES, make_plan
from .prepared.program import Call, reads_of, writes_of
from .summary import agree, difference

RUNS = 2
"""A second run shows what the first one left behind in memory."""
PATHS = (("prepared, 1 thread", True, 1), ("prepared, 2 threads", True, 2), ("plain, 2 threads", False, 2))


@dataclass(frozen=True, slots=True)
class Parting:
    """Where a path parts from the plain one: the first tensor, its operation, and what happened to it."""

    path: str
    tensor: str
    operation: str
    reason: str

    def __str__(self) -> str:
        return f"{self.path}: '{self.tensor}' ({self.operation}) {self.reason}"


def partings(job: EngineRun, rtol: float = 1e-3, atol: float = 1e-4) -> list[Parting]:
    """The first parting of each path that has one.  Raises what `Session.run` raises."""
    expected = list(_plain(job))
    found = []
    for path, prepare, threads in PATHS:
        for poison in (False, True):
            parting = _parting(
                job, path + (", poisoned" if poison else ""), (prepare, threads, poison), expected, rtol, atol
            )
            if parting is not None:
                found.append(parting)
                break
    return found


def _plain(job: EngineRun) -> Iterator[Mapping[str, Array]]:
    """Every tensor of each run."""
    graph = job.plan.graph
    sources = [invocation for invocation in graph.invocations if invocation.operation not in SOURCES]
    every = [name for invocation in sources for name in tensor_names(invocation.outputs)]
    session = Session(make_plan(graph, every), job.weights, dtype=job.dtype, quantize=job.quantize, prepare=False)
    for _ in range(RUNS):
        yield session.run(job.inputs).tensors


def _parting(
    job: EngineRun,
    path: str,
    how: tuple[bool, int, bool],
    expected: list[Mapping[str, Array]],
    rtol: float,
    atol: float,
) -> Parting | None:
    prepare, threads, poison = how
    session = Session(
        job.plan, job.weights, dtype=job.dtype, threads=threads, quantize=job.quantize, prepare=prepare, poison=poison
    )
    for wanted in expected:
        eye = _Eye(path, wanted, rtol, atol)
        result = session.run(job.inputs, watch=eye)
        if eye.parting is None:
            for name, array in result.tensors.items():
                eye.look(name, array, "the result", "comes out of the run changed")
        if eye.parting is not None:
            return eye.parting
    return None


@dataclass(slots=True)
class _Eye:
    """Compares each tensor with the expected one, and remembers the first that differs."""

    path: str
    expected: Mapping[str, Array]
    rtol: float
    atol: float
    parting: Parting | None = None
    known: dict[str, str] = field(default_factory=dict)
    """The operation that wrote each tensor."""

    def reads(self, call: Call, tensors: Mapping[str, Array]) -> None:
        reader = call.step.invocation.operation
        for name in reads_of(call):
            if name in self.known:
                self.look(
                    name,
                    tensors[name],
                    self.known[name],
                    f"is right when it is written, and wrong when '{reader}' reads it:",
                )

    def writes(self, call: Call, tensors: Mapping[str, Array]) -> None:
        operation = call.steps[0].invocation.operation
        for name in writes_of(call):
            self.known[name] = operation
            self.look(name, tensors[name], operation, "")

    def look(self, name: str, found: Array, operation: str, when: str) -> None:
        if self.parting is not None or name not in self.expected:
            return
        found, wanted = np.asarray(found), np.asarray(self.expected[name])
        if found.dtype.kind not in "fiubc":
            return
        # Sums in another order err by a part of what is summed, so an item near zero may be off by a part of the largest.
        finite = np.abs(wanted[np.isfinite(wanted)]) if wanted.size else wanted
        if agree(found, wanted, self.rtol, self.atol * max(1.0, float(finite.max(initial=0.0)))):
            return
        errors = difference(found, wanted)
        at = tuple(errors["index"])
        reason = f"{when} is {found[at]:.6g} at {list(at)}, plain kernels give {wanted[at]:.6g}"
        self.parting = Parting(self.path, name, operation, reason.strip())
