"""The two sides of an if-else have no common type."""

from __future__ import annotations

from ..model.findings import Finding

SEVERITY = "error"


def message(finding: Finding) -> str:
    details = finding.details
    return f"the two sides of 'if' need one type: found {details['first']} and {details['other']}"
