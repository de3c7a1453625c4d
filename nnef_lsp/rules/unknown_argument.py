"""A named argument for which the operation has no parameter."""

from __future__ import annotations

from ..model.findings import Finding
from . import Context, Diagnostic, Fix
from ._edits import remove_argument, rename
from ._words import listed, names_in, suggestion

SEVERITY = "error"


def message(finding: Finding) -> str:
    details = finding.details
    close = suggestion(details["name"], details["names"])
    names = [f"'{name}'" for name in names_in(details)]
    known = f"; it has {listed(names, 'and')}" if names and not close else ""
    return f"'{details['operation']}' has no parameter '{details['name']}'{close or known}"


def fixes(context: Context, diagnostic: Diagnostic) -> list[Fix]:
    found = rename(diagnostic)
    return [*found, *remove_argument(diagnostic, "Remove the argument", preferred=not found)]
