"""Which body a segment stands in: the graph's or that of a fragment."""

from __future__ import annotations

from ...model.analysis.analysis import Analysis
from ...model.checks.fragments import FragmentFacts
from ...syntax.segments import FRAGMENT, GRAPH, STATEMENT, Segment
from ...syntax.structure import Body, place


def body_of(analysis: Analysis, segment: Segment) -> Body | None:
    """The body that a statement stands in, or whose head or end a segment is."""
    if segment.kind == STATEMENT and segment in analysis.outcomes:
        return analysis.structure.graph
    here = place(segment)
    for body in analysis.structure.bodies():
        if body.head is segment or body.close is segment:
            return body
        if (
            segment.kind not in (FRAGMENT, GRAPH)
            and body.has_statements
            and place(body.head) < here
            and (body.close is None or here < place(body.close))
        ):
            return body
    return None


def fragment_of(analysis: Analysis, body: Body | None) -> FragmentFacts | None:
    """The facts of the fragment that a body belongs to; None for the graph."""
    if body is None or body.head.kind == GRAPH:
        return None
    return next((facts for facts in analysis.fragment_list if facts.body.head is body.head), None)
