"""What would be wrong if a name had another value: asked by fixes and completion before they offer one.

Nothing of the analysis changes.  Not here: which values to suppose.
"""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING

from ...syntax.segments import Segment
from ...syntax.structure import place
from ..extents.assumptions import assuming
from ..findings import MILD, Located
from ..values.keys import same_value
from ..values.values import Value

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .analysis import Analysis

MOST = 60
"""Statements that a supposition is followed through."""


def findings_supposing(analysis: Analysis, supposed: Mapping[str, Value], most: int = MOST) -> list[Located]:
    """What is wrong with the statements of the graph that read one of these names, or what follows from it.

    At most so many statements are followed, in the order of the text.
    """
    values = dict(supposed)
    waiting = [(place(user), id(user), user) for name in values for user in analysis.users.get(name, ())]
    heapq.heapify(waiting)
    seen: set[Segment] = set()
    found: list[Located] = []
    with assuming(analysis.assumptions):
        while waiting and len(seen) < most:
            segment = heapq.heappop(waiting)[2]
            if segment in seen or segment.problems:
                continue
            seen.add(segment)
            outcome = analysis.evaluator.outcome(segment, {}, values)
            found.extend(Located(segment, finding) for finding in outcome.findings if finding.rule not in MILD)
            before = analysis.outcomes.of(segment).values
            for index, name in enumerate(segment.defines):
                old = before[index] if index < len(before) else None
                if name not in supposed and not same_value(old, outcome.values[index]):
                    values[name] = outcome.values[index]
                    users = analysis.users.get(name, ())
                    for user in users:
                        if place(user) > place(segment):
                            heapq.heappush(waiting, (place(user), id(user), user))
    return found
