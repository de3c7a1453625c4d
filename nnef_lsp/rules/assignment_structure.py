"""A left side whose brackets do not match the value."""

from __future__ import annotations

from ..model.findings import Finding

SEVERITY = "error"


def message(finding: Finding) -> str:
    details = finding.details
    return f"the left side takes {details['structure']} apart, but the value is {details['found']}"
