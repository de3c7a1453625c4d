"""A left side whose brackets do not match the value."""

from __future__ import annotations

from ..model.findings import Finding

SEVERITY = "error"


def message(finding: Finding) -> str:
    details = finding.details
    wanted = {"array": "an array", "tuple": "a tuple", "array or tuple": "an array or a tuple"}.get(
        details["wanted"], details["wanted"]
    )
    return f"the left side takes {wanted} apart, but the value is {details['found']}"
