"""An operation with several results in the middle of an expression."""

from __future__ import annotations

from ..model.findings import Finding

SEVERITY = "error"


def message(finding: Finding) -> str:
    details = finding.details
    return f"'{details['name']}' has {details['count']} results: assign them to names first"
