"""A tuple's index that is not written as a number."""

from __future__ import annotations

from ..model.findings import Finding

SEVERITY = "error"


def message(finding: Finding) -> str:
    return "the index of a tuple must be written as a number, since its items may be of different types"
