"""Findings: what the model noticed about a place, as plain facts that the rules put into words.

Not here: severities, wording and fixes (`rules`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..syntax.segments import Segment


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
