"""A tuple type that mixes tensors and attributes."""

from __future__ import annotations

from ..model.findings import Finding

SEVERITY = "error"


def message(finding: Finding) -> str:
    return f"the tuple type of '{finding.details['name']}' mixes tensors and attributes: use one kind"
