"""How much work a graph is: multiply-accumulates of each of its statements, from shapes alone.

An extent that only a run tells (a symbol) counts as 1, and `at` says so.

Not here: what an operation costs (`runtime/planning/costs.py`).
"""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from ..memory import Work

if TYPE_CHECKING:
    from ...model.analysis.analysis import Analysis
    from ..session import Document

FEW = 2000
"""Statements of a graph that is expanded while an editor waits: 0.2 s."""
MOST = 50_000
"""Statements of a graph that is expanded at all."""


def work_of(analysis: Analysis) -> Work | None:
    """The work of an analysed graph; None where it cannot be expanded."""
    from ...model.flattening.flatten import Unflattenable, flatten
    from ...runtime.inputs.open_extents import open_symbols
    from ...runtime.planning.costs import cost

    try:
        graph = flatten(analysis)
        at = dict.fromkeys(open_symbols(graph), 1)
        if at:
            graph = flatten(analysis, symbols=at)
    except (Unflattenable, RecursionError):
        return None
    segments = [segment for segment in analysis.statements() if segment.defines]
    starts = [analysis.source.start_of(segment) for segment in segments]
    found: dict[str, int | None] = {segment.defines[0]: 0 for segment in segments}
    for invocation in graph.invocations:
        site = invocation.site
        place = bisect_right(starts, site.callers[0][1] if site.callers else site.start) - 1
        name = segments[max(place, 0)].defines[0]
        macs, before = cost(invocation, graph.tensors).macs, found[name]
        found[name] = None if macs is None or before is None else before + macs
    return Work(found, at)


def _kept_work(document: Document, analysis: Analysis) -> Work | None:
    """The work; that of before if the graph is what it was, as after a word that was typed and taken back."""
    of = [(each.form, each.words, each.facts, each.text if each.form is None else "") for each in analysis.source]
    known = document.kept.get("work")
    if known is None or known[0] != of:
        known = document.kept["work"] = (of, work_of(analysis))
    found: Work | None = known[1]
    return found


def work_now(document: Document) -> Work | None:
    """The work of an open document if that is known at once: it is not large and nothing is wrong in it."""
    if any(found.get("severity") == 1 for found in document.published or []):
        return None
    if "work" not in document.memory:
        analysis = document.analysis
        if len(analysis.outcomes) > FEW:
            return None
        document.memory["work"] = _kept_work(document, analysis)
    return document.memory["work"]
