"""Text that is not NNEF; the words come from the parser."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..model.findings import MILD, Finding
from ..model.operations.statement_form import reads
from ..syntax.nodes import Assignment
from ..syntax.parsing import segment as parsed
from ..syntax.segments import STATEMENT
from . import Context, Diagnostic, Fix
from ._edits import insert
from ._foreign_names import rename_everywhere
from ._provisional import insert_all

if TYPE_CHECKING:
    from ..syntax.segments import Segment, SyntaxProblem

SEVERITY = "error"


def message(finding: Finding) -> str:
    return finding.details["problem"].message


def fixes(context: Context, diagnostic: Diagnostic) -> list[Fix]:
    problem = diagnostic.details["problem"]
    if "inserts" in diagnostic.details:
        return insert_all(diagnostic.details["inserts"])
    if problem.foreign:
        return rename_everywhere(context, problem.foreign)
    if problem.insert is None or (problem.insert.strip() == "}" and not _is_whole(context, diagnostic.segment)):
        return []
    if problem.insert[0] in ")]" and not _mends(context, diagnostic.segment, problem):
        return []
    return [insert(diagnostic.segment, problem.at, f"Insert '{problem.insert.strip()}'", problem.insert)]


def _is_whole(context: Context, end: Segment) -> bool:
    """Whether the body that goes on up to a segment lacks nothing but its brace: what is still being typed does."""
    structure = getattr(context.analysis, "structure", None)
    for body in structure.bodies() if structure is not None else ():
        if body.has_statements and body.close in (None, end):
            defined = {name for statement in body.statements(context.analysis.source) for name in statement.defines}
            head = body.head.tree()
            results = [getattr(result.name, "name", result.name) for result in head.results] if head is not None else []
            return bool(defined) and defined.issuperset(results)
    return True


def _mends(context: Context, segment: Segment, problem: SyntaxProblem) -> bool:
    """Whether a statement of the graph with brackets put in has no more errors than it has now."""
    analysis: Any = context.analysis
    graph = getattr(getattr(analysis, "structure", None), "graph", None)
    if graph is None or segment.kind != STATEMENT or segment not in analysis.outcomes:
        return True
    trial = parsed(segment.text[: problem.at] + str(problem.insert) + segment.text[problem.at :])
    if not trial or trial[0].problems or not isinstance(trial[0].tree(), Assignment):
        return bool(trial) and len(segment.problems) >= sum(len(piece.problems) for piece in trial)
    known = {name: analysis.value_at(name, segment) for name in reads(trial[0])}
    found = analysis.evaluator.outcome(trial[0], {}, known).findings
    return sum(item.rule not in MILD for item in found) + sum(len(piece.problems) for piece in trial) < 2
