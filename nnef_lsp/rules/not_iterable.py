"""A comprehension over something that is not an array."""

from __future__ import annotations

from ..model.findings import Finding
from ._words import kind

SEVERITY = "error"


def message(finding: Finding) -> str:
    return f"'for' iterates over an array, this is {kind(finding.details['found'])}"
