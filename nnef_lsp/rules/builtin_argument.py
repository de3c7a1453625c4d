"""A built-in function with an argument it is not made for."""

from __future__ import annotations

from ..model.findings import Finding

SEVERITY = "error"


def message(finding: Finding) -> str:
    details = finding.details
    wanted = (
        "an array or a string" if details["builtin"] in ("length_of", "range_of") else "a number, logical or string"
    )
    return f"'{details['builtin']}' takes {wanted}, found {details['found']}"
