"""The tensor to be quantized, given as an argument."""

from __future__ import annotations

from ..model.findings import Finding
from . import Context, Diagnostic, Fix
from ._edits import remove_argument

SEVERITY = "error"


def message(finding: Finding) -> str:
    return f"'{finding.details['name']}' is the tensor named before the colon: leave the argument out"


def fixes(context: Context, diagnostic: Diagnostic) -> list[Fix]:
    return remove_argument(diagnostic, "Remove the argument")
