"""Something that the engine asked for cannot execute."""

from __future__ import annotations

from ..model.findings import Finding

SEVERITY = "error"


def message(finding: Finding) -> str:
    details = finding.details
    return f"{details['target']} cannot execute '{details['operation']}' here: {details['reason']}"
