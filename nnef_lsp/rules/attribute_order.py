"""A tensor parameter behind an attribute."""

from __future__ import annotations

from ..model.findings import Finding

SEVERITY = "error"


def message(finding: Finding) -> str:
    details = finding.details
    return f"tensor '{details['name']}' is declared behind attribute '{details['attribute']}': tensors come first"
