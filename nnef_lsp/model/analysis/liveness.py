"""Which statements matter for the outputs: in a dialect that drops the others before it computes anything, what cannot be
computed is an error only in these.

Not here: what is such a finding (`Refusal.late`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ...syntax.segments import Segment
from ..findings import Located
from ..operations.statement_form import reads
from ..statements.names import Names
from ..statements.outcomes import Outcomes


def in_time(found: list[Located], names: Names, outputs: Iterable[str]) -> list[Located]:
    """The findings without those that are late and belong to a statement on which no output depends."""
    if not any(located.finding.details.get("late") for located in found):
        return found
    needed = needed_statements(names, outputs)
    return [item for item in found if item.segment in needed or not item.finding.details.get("late")]


def left_out(
    statements: Iterable[Segment], outcomes: Outcomes, inputs: Sequence[str], outputs: Sequence[str]
) -> set[Segment]:
    """The statements that are not computed because one of them cannot be, and no output needs any."""
    found = (finding for segment in outcomes.troubled for finding in outcomes.of(segment).findings)
    if not any(finding.details.get("late") for finding in found):
        return set()
    definers = outcomes.names.definers
    kept = {definers[name][0] for name in inputs if definers.get(name)}
    return set(statements) - needed_statements(outcomes.names, outputs) - kept


def needed_statements(names: Names, outputs: Iterable[str]) -> set[Segment]:
    """The statements of the graph on which an output depends."""
    needed: set[Segment] = set()
    pending = [names.definers[name][-1] for name in outputs if names.definers.get(name)]
    while pending:
        segment = pending.pop()
        if segment not in needed:
            needed.add(segment)
            found = (names.definer_before(name, segment) for name in reads(segment))
            pending += (before for before in found if before is not None)
    return needed
