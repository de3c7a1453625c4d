"""An attribute passed without its name."""

from __future__ import annotations

from ..model.findings import Finding

SEVERITY = "error"


def message(finding: Finding) -> str:
    details = finding.details
    return f"attribute '{details['name']}' of '{details['operation']}' must be named: write {details['name']} = ..."
