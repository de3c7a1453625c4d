"""A registry that tract does not have."""

from __future__ import annotations

from ..model.findings import Finding
from . import Context, Diagnostic, Fix
from ._edits import rename
from ._words import listed, names_in, suggestion

SEVERITY = "error"


def message(finding: Finding) -> str:
    name = finding.details["name"]
    if not name:
        return "the name of a registry is missing"
    names = names_in(finding.details)
    return f"there is no registry '{name}'" + (suggestion(name, names) or f"; there are {listed(names, 'and')}")


def fixes(context: Context, diagnostic: Diagnostic) -> list[Fix]:
    return rename(diagnostic)
