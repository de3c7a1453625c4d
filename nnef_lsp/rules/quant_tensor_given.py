"""The tensor to be quantized, given as an argument."""

from __future__ import annotations

from ..model.findings import Finding

SEVERITY = "error"


def message(finding: Finding) -> str:
    return f"'{finding.details['name']}' is the tensor named before the colon: leave the argument out"
