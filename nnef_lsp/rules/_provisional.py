"""One error, and one fix, for a text that has no semicolon at all, as files had none before NNEF 1.0 (provisional).

Not here: a text that lacks a single semicolon (`syntax_error.py`).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ..model.findings import Details, Located
from ..syntax.structure import place
from ._diagnostic import Edit, Fix

if TYPE_CHECKING:
    from ..syntax.segments import Segment, SyntaxProblem
    from ..syntax.source import Source


def semicolons_at_once(source: Source, located: list[Located]) -> list[Located]:
    """The findings with one error for all semicolons (and the version) that such a text lacks."""
    lacking = [item for item in located if _insert(item).strip() in (";", "version 1.0;")]
    if sum(_insert(item) == ";" for item in lacking) < 2 or any(s.text.rstrip().endswith(";") for s in source):
        return located
    lacking.sort(key=lambda item: (*place(item.segment), item.finding.start))
    first = next(item for item in lacking if _insert(item) == ";")
    problem = first.finding.details["problem"]._replace(
        message="the text has no ';' in it: since version 1.0 every statement, and the version above them, ends in one"
    )
    inserts = [(item.segment, item.finding.details["problem"]) for item in lacking]
    details: Details = {**first.finding.details, "problem": problem, "inserts": inserts}
    told = set(map(id, lacking))
    found = [item for item in located if id(item) not in told]
    return [*found, Located(first.segment, replace(first.finding, details=details))]


def _insert(item: Located) -> str:
    problem = item.finding.details.get("problem")
    return (problem.insert if problem is not None else None) or ""


def insert_all(inserts: list[tuple[Segment, SyntaxProblem]]) -> list[Fix]:
    """Insert everything that is missing."""
    edits = tuple(Edit(segment, problem.at, problem.at, problem.insert or "") for segment, problem in inserts)
    return [Fix("Insert all of them", edits, preferred=True)]
