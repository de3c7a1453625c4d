"""One name twice in a declaration."""

from __future__ import annotations

from ..model.findings import Finding

SEVERITY = "error"


def message(finding: Finding) -> str:
    details = finding.details
    if details.get("both"):
        return f"'{details['name']}' cannot be both {details['kind']}" if " and " in details["kind"] else ""
    return f"'{details['name']}' is declared twice in this list of {details['kind']}s"
