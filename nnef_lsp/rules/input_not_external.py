"""A graph parameter that gets its value from an operation."""

from __future__ import annotations

from ..model.findings import Finding

SEVERITY = "error"


def message(finding: Finding) -> str:
    name = finding.details["name"]
    return f"'{name}' is an input of the graph, so its value comes from 'external', not from another operation"
