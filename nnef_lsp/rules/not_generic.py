"""A data type in angle brackets for an operation that has no choice."""

from __future__ import annotations

from ..model.findings import Finding
from . import Context, Diagnostic, Fix
from ._edits import replace

SEVERITY = "error"


def message(finding: Finding) -> str:
    return f"'{finding.details['name']}' is not generic: leave out the type in angle brackets"


def fixes(context: Context, diagnostic: Diagnostic) -> list[Fix]:
    return [replace(diagnostic, "Remove the type", "")]
