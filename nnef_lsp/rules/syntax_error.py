"""Text that is not NNEF; the words come from the parser."""

from __future__ import annotations

from ..model.findings import Finding
from . import Context, Diagnostic, Fix
from ._edits import insert

SEVERITY = "error"


def message(finding: Finding) -> str:
    return str(finding.details["problem"].message)


def fixes(context: Context, diagnostic: Diagnostic) -> list[Fix]:
    problem = diagnostic.details["problem"]
    if problem.insert is None:
        return []
    return [insert(diagnostic.segment, problem.at, f"Insert '{problem.insert.strip()}'", problem.insert)]
