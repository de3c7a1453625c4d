"""A parameter that got two arguments."""

from __future__ import annotations

from ..model.findings import Finding

SEVERITY = "error"


def message(finding: Finding) -> str:
    return f"'{finding.details['operation']}' got two arguments for '{finding.details['name']}', expected one"
