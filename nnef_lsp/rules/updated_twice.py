"""A variable that is updated twice."""

from __future__ import annotations

from ..model.findings import Finding

SEVERITY = "error"


def message(finding: Finding) -> str:
    return f"variable '{finding.details['name']}' is updated twice: only one new value can be kept"
