"""A body without statements."""

from __future__ import annotations

from ..model.findings import Finding

SEVERITY = "error"


def message(finding: Finding) -> str:
    return f"the body of this {finding.details['kind']} is empty: expected at least one statement"
