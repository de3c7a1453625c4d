"""A symbol that is declared twice."""

from __future__ import annotations

from ..model.findings import READER, Finding
from . import Context, Diagnostic, Fix
from ._edits import remove_statement

SEVERITY = "warning"


def message(finding: Finding) -> str:
    name = finding.details["name"]
    return (
        f"the symbol '{name}' is declared twice: {READER} makes a second one, '{name}_0', of it, which nothing mentions"
    )


def fixes(context: Context, diagnostic: Diagnostic) -> list[Fix]:
    return [remove_statement(diagnostic.segment, "Remove the second declaration", preferred=True)]
