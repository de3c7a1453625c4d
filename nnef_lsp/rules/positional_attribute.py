"""An attribute passed without its name."""

from __future__ import annotations

from ..model.findings import Finding
from . import Context, Diagnostic, Fix
from ._edits import insert

SEVERITY = "error"


def message(finding: Finding) -> str:
    details = finding.details
    return f"attribute '{details['name']}' of '{details['operation']}' must be named: write {details['name']} = ..."


def fixes(context: Context, diagnostic: Diagnostic) -> list[Fix]:
    name = diagnostic.details["name"]
    return [insert(diagnostic.segment, diagnostic.start, f"Name it '{name}'", f"{name} = ")]
