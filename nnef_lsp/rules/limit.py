"""A computation that is too long or too large to be meant."""

from __future__ import annotations

from ..model.findings import Finding

SEVERITY = "error"


def message(finding: Finding) -> str:
    reason = finding.details.get("reason") or "it is too large"
    return f"this cannot be worked out: {reason}"
