"""All refactorings that are offered at a selection, the likeliest first."""

from __future__ import annotations

from ...model.analysis.analysis import Analysis
from .fragments import extract_fragment, inline_call
from .names import inline_name, make_result, name_expression, remove_unneeded
from .offers import Refactoring, selected

_OFFERS = (name_expression, inline_call, inline_name, extract_fragment, make_result, remove_unneeded)


def refactorings(analysis: Analysis, start: int, end: int) -> list[Refactoring]:
    """What can be changed where a selection is, and what is refused with a sentence; nothing where it has errors."""
    chosen = selected(analysis, start, end)
    if chosen is None or any(analysis.outcomes.of(statement).findings for statement in chosen.statements):
        return []
    return [found for offer in _OFFERS if (found := offer(chosen)) is not None]
