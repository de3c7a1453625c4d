"""A version of NNEF that this is not."""

from __future__ import annotations

from ..model.findings import Finding
from . import Context, Diagnostic, Fix
from ._edits import replace

SEVERITY = "error"


def message(finding: Finding) -> str:
    details = finding.details
    if details.get("skriptnd"):
        return f"this is NNEF {details['version']} (SkriptND), another language: only NNEF 1.0 is understood here"
    if not details["well_formed"]:
        return f"'{details['version']}' is not a version: expected two numbers with a point between, like 1.0"
    return f"version {details['version']} is not supported: the latest is 1.0"


def fixes(context: Context, diagnostic: Diagnostic) -> list[Fix]:
    return [] if diagnostic.details.get("skriptnd") else [replace(diagnostic, "Change to version 1.0", "1.0")]
