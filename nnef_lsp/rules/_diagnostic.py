"""What rules are and what they make: a rule, a diagnostic, and the fixes that mend it.

Not here: the rules themselves, and which there are (`__init__.py`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from ..model.findings import Details, Finding, Related, Severity, Slug

if TYPE_CHECKING:
    from ..model.analysis.analysis import Analysis
    from ..model.quantization.analysis import QuantAnalysis
    from ..syntax.segments import Segment


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace characters `start` to `end` of a segment by a text."""

    segment: Segment
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Fix:
    """A change that mends a diagnostic; `preferred` if it is the one a person would most likely want.

    `safe` if it may be applied unasked, at every save: it cannot change what the graph computes, takes nothing away
    that somebody wrote, and is not a guess.
    """

    title: str
    edits: tuple[Edit, ...]
    preferred: bool = False
    safe: bool = False


@dataclass(slots=True)
class Diagnostic:
    """One mistake at one place.  The span is relative to the segment, in characters."""

    rule: Slug
    severity: Severity
    message: str
    segment: Segment
    start: int
    end: int
    related: list[Related] = field(default_factory=list)
    tags: tuple[str, ...] = ()
    details: Details = field(default_factory=Details)
    others: list[Diagnostic] = field(default_factory=list)
    """Of a rule that is told once: the same at other places."""


@dataclass(frozen=True, slots=True)
class Context:
    """What a fix may look at."""

    analysis: Analysis | QuantAnalysis


@dataclass(frozen=True)
class Rule:
    """A rule as its module declares it."""

    slug: str
    severity: Severity
    message: Callable[[Finding], str]
    tags: tuple[str, ...]
    fixes: Callable[[Context, Diagnostic], list[Fix]] | None
    page: Path
    once: bool = False
    """Whether a document is told of it once, at the first place, however often it is found."""
    severity_of: Callable[[Finding], Severity] | None = None
    """The severity of a finding, where it is not the same for all."""
