"""A default value of another type than its parameter."""

from __future__ import annotations

from ..model.findings import Finding
from . import Context, Diagnostic, Fix
from ._edits import as_scalar, marked, replace

SEVERITY = "error"


def message(finding: Finding) -> str:
    details = finding.details
    return f"the default of '{details['name']}' is {details['found']}, expected {details['wanted']}"


def fixes(context: Context, diagnostic: Diagnostic) -> list[Fix]:
    text = as_scalar(marked(diagnostic)) if str(diagnostic.details["wanted"]).startswith("scalar") else None
    return [replace(diagnostic, f"Write {text}", text, safe=True)] if text else []
