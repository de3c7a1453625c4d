"""A variable whose data file does not exist."""

from __future__ import annotations

from ..model.findings import Finding

SEVERITY = "warning"


def message(finding: Finding) -> str:
    details = finding.details
    if details.get("reason"):
        return f"'{details['operation']}': {details['reason']}"
    if details.get("all"):
        return (
            f"this model has no data files: '{details['label'].lstrip('/')}.dat' and {details['count'] - 1} more are missing"
            if (details["count"] > 1)
            else f"this model has no data files: '{details['label'].lstrip('/')}.dat' is missing"
        )
    return f"there is no file '{details['label'].lstrip('/')}.dat' for this variable"


def severity(finding: Finding) -> str:
    """Data may follow later, unless no file can have that label."""
    return "error" if finding.details.get("reason") else SEVERITY
