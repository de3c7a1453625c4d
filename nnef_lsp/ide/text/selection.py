"""Selections that grow: the word, the expressions around it, the statement, the body, the document."""

from __future__ import annotations

from ...model.analysis.analysis import Analysis
from ...model.quantization.analysis import QuantAnalysis
from ...syntax.nodes import Node
from .bodies import body_of

Span = tuple[int, int]
"""Offsets in the document."""


def selections(analysis: Analysis | QuantAnalysis, offset: int) -> list[Span]:
    """The spans around an offset, the smallest first, each inside of the next."""
    source = analysis.source
    found: list[Span] = []
    segment = source.segment_at(offset)
    if segment is not None:
        begin = source.start_of(segment)
        tree = segment.tree()
        if isinstance(tree, Node):
            inside = offset - begin
            found += [
                (begin + node.start, begin + node.end) for node in tree.walk() if node.start <= inside <= node.end
            ]
        found.append((begin + segment.blank_start, begin + len(segment.text)))
        body = body_of(analysis, segment) if isinstance(analysis, Analysis) else None
        if body is not None:
            end = body.close if body.close is not None else segment
            found.append((source.start_of(body.head) + body.head.blank_start, source.start_of(end) + len(end.text)))
    found.append((0, source.length))
    growing: list[Span] = []
    for start, end_ in sorted(set(found), key=lambda span: (span[1] - span[0], span)):
        if start <= offset <= end_ and (not growing or (start <= growing[-1][0] and growing[-1][1] <= end_)):
            growing.append((start, end_))
    return growing
