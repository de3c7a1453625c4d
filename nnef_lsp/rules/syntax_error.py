"""Text that is not NNEF; the words come from the parser."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..model.findings import Finding
from . import Context, Diagnostic, Fix
from ._edits import insert
from ._foreign_names import rename_everywhere
from ._provisional import insert_all

if TYPE_CHECKING:
    from ..syntax.segments import Segment

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
