"""A parameter that got two arguments."""

from __future__ import annotations

from ..model.findings import Finding
from . import Context, Diagnostic, Fix
from ._edits import remove_argument

SEVERITY = "error"


def message(finding: Finding) -> str:
    return f"'{finding.details['operation']}' got two arguments for '{finding.details['name']}', expected one"


def fixes(context: Context, diagnostic: Diagnostic) -> list[Fix]:
    return remove_argument(diagnostic, "Remove the second argument")
