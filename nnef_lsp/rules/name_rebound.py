"""A second definition of a name in a dialect that allows it."""

from __future__ import annotations

from ..model.findings import READER, Finding

SEVERITY = "warning"


def message(finding: Finding) -> str:
    return f"'{finding.details['name']}' is assigned again: {READER} takes the last value before each use, and says nothing"
