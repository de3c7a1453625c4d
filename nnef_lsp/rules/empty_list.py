"""A list of parameters or results without an item."""

from __future__ import annotations

from ..model.findings import Finding

SEVERITY = "error"


def message(finding: Finding) -> str:
    return f"this list of {finding.details['kind']}s is empty: expected at least one"
