"""All refactorings that are offered at a selection, the likeliest first."""

from __future__ import annotations

from collections.abc import Iterable

from ...model.analysis.analysis import Analysis
from ...rules import rules
from ...syntax.segments import Segment
from .arguments import name_arguments, unname_arguments
from .biases import convert_biases
from .chains import join_chain, split_chain
from .cutting import begin_here, copy_selection, cut_to_selection, end_here
from .extraction import extract_fragment, extract_repeated
from .inlining import inline_all, inline_call
from .insertion import insert_behind, introduce_variables
from .names import inline_name, make_result, name_expression
from .offers import Refactoring, selected
from .unneeded import remove_unneeded, remove_with_files

_OFFERS = (
    name_expression, split_chain, inline_call, inline_all, inline_name, join_chain, extract_fragment, extract_repeated,
    unname_arguments, name_arguments, make_result, insert_behind, end_here, begin_here, cut_to_selection, copy_selection,
    convert_biases, introduce_variables, remove_unneeded, remove_with_files,
)  # fmt: skip
_LONG = frozenset(
    {inline_all, extract_repeated, convert_biases, introduce_variables, remove_unneeded, remove_with_files}
)
"""Those that look at the whole graph: together 30 us for each of its statements."""


def refactorings(analysis: Analysis, start: int, end: int, patient: bool = True) -> list[Refactoring]:
    """What can be changed where a selection is, and what is refused with a sentence; nothing where it has errors.

    If not `patient`, only what is known without a look at the whole graph.
    """
    chosen = selected(analysis, start, end)
    if chosen is None or any(_is_wrong(analysis, statement) for statement in chosen.statements):
        return []
    found: list[Refactoring] = []
    for offer in _OFFERS if patient else (offer for offer in _OFFERS if offer not in _LONG):
        offered = offer(chosen)
        found += [offered] if isinstance(offered, Refactoring) else offered if isinstance(offered, Iterable) else ()
    return found


def _is_wrong(analysis: Analysis, statement: Segment) -> bool:
    found = analysis.outcomes.of(statement).findings
    return any(rules()[finding.rule].severity == "error" for finding in found)
