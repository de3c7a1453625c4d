"""Arrays of different lengths, iterated together."""

from __future__ import annotations

from ..model.findings import Finding
from ._words import listed

SEVERITY = "error"


def message(finding: Finding) -> str:
    lengths = [str(length) for length in finding.details["lengths"]]
    return f"arrays that are iterated together must be of one length: found {listed(lengths, 'and')} items"
