"""A declared result that no statement defines."""

from __future__ import annotations

from ..model.findings import Finding

SEVERITY = "error"


def message(finding: Finding) -> str:
    details = finding.details
    if details.get("owner"):
        return f"result '{details['name']}' of fragment '{details['owner']}' is never assigned"
    return f"graph output '{details['name']}' is never assigned"
