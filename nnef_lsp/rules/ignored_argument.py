"""An argument that tract overlooks without a word."""

from __future__ import annotations

from ..model.findings import READER, Finding
from . import Context, Diagnostic, Fix
from ._edits import remove_argument, rename
from ._words import names_in, plural, suggestion

SEVERITY = "warning"


def message(finding: Finding) -> str:
    details = finding.details
    operation = details["operation"]
    if details["reason"] == "duplicate":
        return f"{READER} reads the first argument for '{details['name']}' of '{operation}' and ignores this one"
    if details["reason"] == "position":
        return f"{READER} ignores this argument of '{operation}': it stands behind a named one, so give it a name too"
    if details["reason"] == "surplus":
        return f"{READER} ignores this argument: '{operation}' has only {plural(len(names_in(details)), 'parameter')}"
    return f"{READER} ignores the argument '{details['name']}', '{operation}' has no such parameter" + suggestion(
        details["name"], details["names"]
    )


def fixes(context: Context, diagnostic: Diagnostic) -> list[Fix]:
    renamed = rename(diagnostic) if diagnostic.details["reason"] == "unknown" else []
    return [*renamed, *remove_argument(diagnostic, "Remove the argument", preferred=not renamed)]
