"""A second definition of a name."""

from __future__ import annotations

from ..model.findings import Finding
from . import Context, Diagnostic, Fix
from ._edits import remove_statement

SEVERITY = "error"


def message(finding: Finding) -> str:
    name = finding.details["name"]
    if finding.details.get("is_parameter"):
        return f"'{name}' is a parameter and cannot be assigned: choose another name"
    if finding.details.get("iterator"):
        return f"'{name}' is already an iterator of this comprehension: choose another name"
    if finding.details.get("same"):
        return f"'{name}' is defined twice by the same statement: remove one of the two"
    return f"'{name}' is already defined: every name is assigned only once, choose another"


def fixes(context: Context, diagnostic: Diagnostic) -> list[Fix]:
    return (
        [remove_statement(diagnostic.segment, "Remove this statement", preferred=True)]
        if diagnostic.details.get("same")
        else []
    )
