"""A data type in angle brackets for an operation that has no choice."""

from __future__ import annotations

from ..model.findings import Finding

SEVERITY = "error"


def message(finding: Finding) -> str:
    return f"'{finding.details['name']}' is not generic: leave out the type in angle brackets"
