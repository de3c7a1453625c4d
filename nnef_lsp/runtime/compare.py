"""Two engines on one graph: the first tensor, in graph order, in which they differ.

    found = compare(request, "numpy", "tract")

The outputs are those of a run as `nnef-lsp run` does it.  To find where two engines part every tensor is kept in a second
run, which may go another way through an engine than the first (results ride along, memory is used again): an output
that differs between the two runs of one engine is a fault of that engine, and told as one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ..model.flattening.flat_graph import tensor_names
from .arrays.dtypes import format_extents
from .engines import find_engine
from .errors import RunError
from .planning.plan import SOURCES
from .process.job import prepare, save
from .process.request import RunRequest
from .summary import agree, difference


@dataclass(frozen=True, slots=True)
class Comparison:
    """One tensor in both engines.  `reason` is empty when they agree."""

    tensor: str
    operation: str
    agrees: bool
    reason: str
    max_abs_error: float | None = None
    max_rel_error: float | None = None
    index: tuple[int, ...] = ()


def compare(request: RunRequest, a: str, b: str, rtol: float = 1e-3, atol: float = 1e-4) -> list[Comparison]:
    """Every tensor that both engines show, in graph order, outputs as a run without inner tensors has them;
    `first_difference` picks from it.  `request.output` is written from the run of engine `a`.

    An engine that cannot show inner tensors is compared at the outputs.  Raises `RunError`.
    """
    graph = request.graph
    _, job = prepare(request)
    runs = [find_engine(engine).load(job).run(job.inputs) for engine in (a, b)]
    save(request, "", runs[0].tensors)
    order = [
        (name, invocation.operation)
        for invocation in graph.invocations
        if invocation.operation not in SOURCES
        for name in tensor_names(invocation.outputs)
    ]
    _, job = prepare(replace(request, keep=tuple(name for name, _ in order)))
    found = [find_engine(engine).load(job).run(job.inputs).tensors for engine in (a, b)]
    ways = [
        _own_ways(engine, run.outputs, kept, rtol, atol) for engine, run, kept in zip((a, b), runs, found, strict=True)
    ]
    shown = [{**kept, **run.outputs} for run, kept in zip(runs, found, strict=True)]
    common = [(name, operation) for name, operation in order if all(name in tensors for tensors in shown)]
    if not common:
        raise RunError(f"{a} and {b} show no tensor in common")
    every = [_compared(name, operation, shown[0][name], shown[1][name], rtol, atol) for name, operation in common]
    return [*(fault for faults in ways for fault in faults), *every]


def _own_ways(engine: str, run: Any, kept: Any, rtol: float, atol: float) -> list[Comparison]:
    """Outputs that an engine computes otherwise when all tensors are kept."""
    both = [_compared(name, engine, run[name], kept[name], rtol, atol) for name in run if name in kept]
    hint = "; the engine is at fault, `nnef-lsp verify --paths` says where" if engine == "numpy" else ""
    return [
        replace(item, reason=f"{engine} computes it otherwise when every tensor is kept: {item.reason}{hint}")
        for item in both
        if not item.agrees
    ]


def first_difference(comparisons: list[Comparison]) -> Comparison | None:
    """The first tensor in graph order in which the engines differ."""
    return next((comparison for comparison in comparisons if not comparison.agrees), None)


def _compared(name: str, operation: str, x: Any, y: Any, rtol: float, atol: float) -> Comparison:
    x, y = np.asarray(x), np.asarray(y)
    if x.shape != y.shape:
        return Comparison(name, operation, False, f"shapes {format_extents(x.shape)} and {format_extents(y.shape)}")
    errors = difference(x, y)
    fits = agree(x, y, rtol, atol)
    reason = "" if fits else f"differ by {errors['max_abs_error']:.3g} at {format_extents(errors['index'])}"
    return Comparison(
        name, operation, fits, reason, errors["max_abs_error"], errors["max_rel_error"], tuple(errors["index"])
    )
