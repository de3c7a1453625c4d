"""A standard operation that the dialect does not have."""

from __future__ import annotations

from ..model.findings import Finding
from . import Context, Diagnostic, Fix
from ._edits import replace

SEVERITY = "error"


def message(finding: Finding) -> str:
    details = finding.details
    instead = details["instead"]
    return f"{details['dialect']} has no operation '{details['name']}'" + (f"; use {instead}" if instead else "")


def fixes(context: Context, diagnostic: Diagnostic) -> list[Fix]:
    instead = diagnostic.details["instead"]
    return [replace(diagnostic, f"Change to '{instead}'", instead)] if instead.isidentifier() else []
