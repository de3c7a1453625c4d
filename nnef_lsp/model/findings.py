"""Findings: what the model noticed about a place, as plain facts that the rules put into words.

Not here: severities, wording and fixes (`rules`).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..syntax.segments import Segment

MILD = (
    "deprecated-shape-of",
    "greedy-unary",
    "ignored-argument",
    "implicit-symbol",
    "string-escape",
    "unescaped-quote",
)
"""Findings that do not keep an expression from having a value."""


@dataclass(slots=True)
class Related:
    """Another place involved; a place in a dialect's own declarations has no segment and is left out."""

    segment: Segment
    start: int
    end: int
    message: str


@dataclass(slots=True)
class Finding:
    """`rule` is the slug of the rule that words it; the span is relative to the segment it is kept with."""

    rule: str
    start: int
    end: int
    details: dict[str, Any] = field(default_factory=dict)
    related: list[Related] = field(default_factory=list)


@dataclass(slots=True)
class Located:
    """A finding with the segment that its span is relative to."""

    segment: Segment
    finding: Finding


def first_uses(found: list[Located]) -> list[Located]:
    """The findings of one body, with those of a name that was found to be undefined above marked as `again`.

    One misspelt definition is one mistake, whatever the number of its uses.
    """
    from ..syntax.structure import place

    uses: dict[str, list[int]] = {}
    for index, located in enumerate(found):
        if located.finding.rule == "undefined-name":
            uses.setdefault(located.finding.details["name"], []).append(index)
    for indices in uses.values():
        if len(indices) > 1:
            found = list(found)
            indices.sort(key=lambda index: (place(found[index].segment), found[index].finding.start))
            first = found[indices[0]]
            related = [Related(first.segment, first.finding.start, first.finding.end, "first used here")]
            for index in indices[1:]:
                segment, finding = found[index].segment, found[index].finding
                details = {**finding.details, "again": True}
                found[index] = Located(segment, replace(finding, details=details, related=[*finding.related, *related]))
    return found
