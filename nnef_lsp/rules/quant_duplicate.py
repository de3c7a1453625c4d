"""A tensor that is quantized twice."""

from __future__ import annotations

from ..model.findings import Finding

SEVERITY = "error"


def message(finding: Finding) -> str:
    return f"tensor '{finding.details['name']}' is already quantized above: only one entry for each"
