"""An index outside of what it indexes."""

from __future__ import annotations

from ..model.findings import Finding
from ._words import plural

SEVERITY = "error"


def message(finding: Finding) -> str:
    details = finding.details
    index, length = details["index"], details["length"]
    last = (
        f"allowed are 0 to {length if details.get('range') else length - 1}"
        if length or details.get("range")
        else "it is empty"
    )
    return f"index {index} is out of range: there are {plural(length, 'item')}, {last}"
