"""A name that tract takes for a literal."""

from __future__ import annotations

from ..model.findings import READER, Finding
from . import Context, Diagnostic, Fix
from ._edits import replace

SEVERITY = "error"


def message(finding: Finding) -> str:
    name, prefix = finding.details["name"], finding.details["prefix"]
    return (
        f"{READER} reads the beginning of '{name}' as the literal '{prefix}' and fails at the rest: choose another name"
    )


def fixes(context: Context, diagnostic: Diagnostic) -> list[Fix]:
    name = diagnostic.details["name"]
    return [replace(diagnostic, "Write the name in quotes", f'i"{name}"', safe=True)]
