"""A generic operation of which the data type cannot be told."""

from __future__ import annotations

from ..model.findings import Finding
from ._words import listed

SEVERITY = "error"


def message(finding: Finding) -> str:
    details = finding.details
    if details.get("outside"):
        return "'?' stands for a type only inside a generic fragment: write integer, scalar, logical or string"
    if details["candidates"]:
        return f"the arguments of '{details['name']}' make '?' both {listed(details['candidates'], 'and')}: they must agree"
    return f"the data type of '{details['name']}' does not follow from its arguments: write '{details['name']}<scalar>(...)'"
