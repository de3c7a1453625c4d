"""A tensor that is quantized twice."""

from __future__ import annotations

from ..model.findings import Finding
from . import Context, Diagnostic, Fix
from ._edits import remove_statement

SEVERITY = "error"


def message(finding: Finding) -> str:
    return f"tensor '{finding.details['name']}' is already quantized above: only one entry for each"


def fixes(context: Context, diagnostic: Diagnostic) -> list[Fix]:
    return [remove_statement(diagnostic.segment, "Remove this entry")]
