"""A parameter without a default that got no argument."""

from __future__ import annotations

from ..model.findings import Finding

SEVERITY = "error"


def message(finding: Finding) -> str:
    details = finding.details
    return f"'{details['operation']}' needs an argument for '{details['name']}' of type {details['type']}"
