"""Work and memory of a plan whose shapes have symbols: expressions of these.

Not here: numbers (`costs.py`, `plan.py`).
"""

from __future__ import annotations

from collections.abc import Iterable

from ...model.extents.dims import Extent, symbols_of
from ...model.extents.extremes import substitute
from .costs import symbolic_bytes, work
from .plan import Plan, Step

LARGE = 1_000_000
"""The value that symbols are given to find the step that needs most for large ones."""


def total_work(plan: Plan, steps: Iterable[Step] | None = None) -> Extent | None:
    """Multiply-accumulates of all steps, or of some; None where an extent is not known."""
    return _total(work(step.invocation, plan.graph.tensors) for step in (plan.steps if steps is None else steps))


def written_bytes(plan: Plan, steps: Iterable[Step]) -> Extent | None:
    """Bytes of the results of steps; None where an extent is not known."""
    return _total(symbolic_bytes(plan.graph.tensors.get(name)) for step in steps for name in step.writes)


def _total(items: Iterable[Extent | None]) -> Extent | None:
    total: Extent = 0
    for item in items:
        if item is None:
            return None
        total = total + item
    return total


def symbolic_peak(plan: Plan) -> Extent | None:
    """What activations need at the step that needs most when all symbols are large; None where an extent is not known."""
    live: Extent = 0
    most: tuple[int, Extent] = (0, 0)
    for step in plan.steps:
        written = _total(symbolic_bytes(plan.graph.tensors.get(name)) for name in step.writes)
        freed = _total(symbolic_bytes(plan.graph.tensors.get(name)) for name in step.frees)
        if written is None or freed is None:
            return None
        live = live + written
        most = max(most, (_large(live), live), key=lambda pair: pair[0])
        live = live + -1 * freed
    return most[1]


def _large(extent: Extent) -> int:
    names = symbols_of(extent) if not isinstance(extent, int) else ()
    value = substitute(extent, dict.fromkeys(names, LARGE))
    return value if isinstance(value, int) else 0
