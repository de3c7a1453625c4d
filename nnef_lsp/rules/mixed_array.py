"""An array whose items have no common type."""

from __future__ import annotations

from ..model.findings import Finding

SEVERITY = "error"


def message(finding: Finding) -> str:
    details = finding.details
    return f"the items of an array need one type: the first is {details['first']}, this one {details['other']}"
