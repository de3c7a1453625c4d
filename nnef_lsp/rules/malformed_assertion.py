"""An assertion that tract cannot read."""

from __future__ import annotations

from ..model.findings import Finding

SEVERITY = "error"


def message(finding: Finding) -> str:
    hint = "; '#' begins no comment here" if finding.details.get("comment") else ""
    return f"this is not an assertion: {finding.details['message']}{hint}"
