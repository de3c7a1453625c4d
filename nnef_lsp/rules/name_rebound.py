"""A second definition of a name in a dialect that allows it."""

from __future__ import annotations

from ..model.findings import Finding

SEVERITY = "hint"


def message(finding: Finding) -> str:
    return f"'{finding.details['name']}' is assigned again, which only tract understands"
