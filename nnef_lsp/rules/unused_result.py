"""A tensor that nothing reads."""

from __future__ import annotations

from ..model.findings import Finding
from . import Context, Diagnostic, Fix
from ._edits import remove_statement

SEVERITY = "hint"
TAGS = ("unnecessary",)


def message(finding: Finding) -> str:
    return f"'{finding.details['name']}' is never used"


def fixes(context: Context, diagnostic: Diagnostic) -> list[Fix]:
    if len(diagnostic.segment.defines) != 1:
        return []
    return [remove_statement(diagnostic.segment, f"Remove '{diagnostic.details['name']}'")]
