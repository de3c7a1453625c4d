"""A result of another type than declared."""

from __future__ import annotations

from ..model.findings import Finding

SEVERITY = "error"


def message(finding: Finding) -> str:
    details = finding.details
    return f"result '{details['name']}' is {details['found']}, declared as {details['wanted']}"
