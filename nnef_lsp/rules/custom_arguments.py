"""The arguments of an operation break what the project's own rule for its shape asks."""

from __future__ import annotations

from ..model.findings import Finding

SEVERITY = "error"


def message(finding: Finding) -> str:
    return f"'{finding.details['operation']}': {finding.details['reason']}"
