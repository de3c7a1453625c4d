"""A text that is not the number it should become."""

from __future__ import annotations

from ..model.findings import Finding

SEVERITY = "error"


def message(finding: Finding) -> str:
    return f"the text {finding.details['value']!r} cannot be converted to {finding.details['target']}"
