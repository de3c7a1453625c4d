"""A fragment or graph with the name of another operation."""

from __future__ import annotations

from ..model.findings import Finding

SEVERITY = "error"


def message(finding: Finding) -> str:
    details = finding.details
    return f"{details['kind']} '{details['name']}' has the name of an operation that already exists: choose another"
