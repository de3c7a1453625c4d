"""Where a tensor comes from in the end: the inputs and variables that it is computed from.

Not here: the statement that defines it (`definition.py`).
"""

from __future__ import annotations

from collections import deque

from ...model.analysis.analysis import Analysis
from ...model.checks.names import name_span
from ...model.operations.statement_form import facts_of, reads
from ...syntax.segments import Segment
from ..text.place import Place
from . import symbols as s
from .mentions import symbol_at

SOURCES = ("input", "weights")
"""Kinds of operations that bring in tensors."""
MOST = 50


def origins(analysis: Analysis, offset: int) -> list[Place]:
    """The statements that introduce what the tensor at an offset is computed from, the nearest first."""
    symbol = symbol_at(analysis, offset)
    if symbol is None or symbol.kind != s.TENSOR or symbol.body is not analysis.structure.graph:
        return []
    here = symbol.place.segment
    start = here if symbol.name in here.defines else analysis.definer_before(symbol.name, here)
    start = start or next(iter(analysis.definers.get(symbol.name, ())), None)
    pending: deque[tuple[Segment, str]] = deque([(start, symbol.name)] if start is not None else [])
    seen: set[Segment] = set()
    found: list[Place] = []
    while pending and len(found) < MOST:
        segment, name = pending.popleft()
        if segment in seen:
            continue
        seen.add(segment)
        operation = analysis.operations.get(facts_of(segment.form).top or "") if segment.form is not None else None
        if operation is not None and operation.traits.kind in SOURCES:
            found.append(Place(segment, *name_span(segment, name)))
            continue
        for other in reads(segment):
            definer = analysis.definer_before(other, segment)
            if definer is not None:
                pending.append((definer, other))
    return found
