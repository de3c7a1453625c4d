"""An index that is not an integer."""

from __future__ import annotations

from ..model.findings import Finding
from ._words import kind

SEVERITY = "error"


def message(finding: Finding) -> str:
    return f"an index must be an integer, this is {kind(finding.details['found'])}"
