"""Two engines on one graph: the first tensor, in graph order, in which they differ.

for line in compare(request, "numpy", "tract"): ...
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from .arrays.dtypes import format_extents
from .engines import find_engine
from .errors import RunError
from .execution.costs import names
from .execution.plan import SOURCES
from .process.job import prepare
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
    """Every tensor that both engines show, in graph order; `first_difference` picks from it.

    All tensors are kept; an engine that cannot show inner ones is compared at the outputs.
    """
    graph = request.graph
    order = [
        (name, invocation.operation)
        for invocation in graph.invocations
        if invocation.operation not in SOURCES
        for name in names(invocation.outputs)
    ]
    _, job = prepare(replace(request, keep=tuple(name for name, _ in order)))
    found = [find_engine(engine).load(job).run(job.inputs).tensors for engine in (a, b)]
    common = [(name, operation) for name, operation in order if all(name in tensors for tensors in found)]
    if not common:
        raise RunError(f"{a} and {b} show no tensor in common")
    return [_compared(name, operation, found[0][name], found[1][name], rtol, atol) for name, operation in common]


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
