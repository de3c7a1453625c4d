"""The same statement again, in a dialect that allows it."""

from __future__ import annotations

from ..model.findings import Finding
from . import Context, Diagnostic, Fix
from ._edits import remove_statement

SEVERITY = "information"
TAGS = ("unnecessary",)


def message(finding: Finding) -> str:
    return f"'{finding.details['name']}' is assigned the same value again"


def fixes(context: Context, diagnostic: Diagnostic) -> list[Fix]:
    return [remove_statement(diagnostic.segment, "Remove the repetition", preferred=True)]
