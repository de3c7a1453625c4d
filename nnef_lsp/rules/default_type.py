"""A default value of another type than its parameter."""

from __future__ import annotations

from ..model.findings import Finding

SEVERITY = "error"


def message(finding: Finding) -> str:
    details = finding.details
    return f"the default of '{details['name']}' is {details['found']}, expected {details['wanted']}"
