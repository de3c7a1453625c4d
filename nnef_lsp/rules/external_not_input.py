"""The result of external that is no graph parameter."""

from __future__ import annotations

from ..model.findings import Finding

SEVERITY = "error"


def message(finding: Finding) -> str:
    name = finding.details["name"]
    return f"'{name}' comes from 'external' but is not among the inputs of the graph"
