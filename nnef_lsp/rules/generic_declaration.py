"""A fragment that is generic in name only, or in all but the name."""

from __future__ import annotations

from ..model.findings import Finding
from . import Context, Diagnostic, Fix
from ._edits import insert

SEVERITY = "error"


def message(finding: Finding) -> str:
    details = finding.details
    if details["declared"]:
        return f"'{details['name']}' is declared generic with <?>, but no parameter or result has a type with '?'"
    return f"'{details['name']}' uses '?' as a type and must be declared generic: write '{details['name']}<?>'"


def fixes(context: Context, diagnostic: Diagnostic) -> list[Fix]:
    if diagnostic.details["declared"]:
        return []
    return [insert(diagnostic.segment, diagnostic.end, "Declare it generic", "<?>")]
