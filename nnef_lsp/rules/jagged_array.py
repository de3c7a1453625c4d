"""Nested arrays that make no tensor."""

from __future__ import annotations

from ..model.findings import Finding

SEVERITY = "error"


def message(finding: Finding) -> str:
    return f"the value of '{finding.details['name']}' is not a tensor: nested arrays must all be of one length"
