"""An update of something that is not a variable."""

from __future__ import annotations

from ..model.findings import Finding

SEVERITY = "error"


def message(finding: Finding) -> str:
    name = finding.details["name"]
    if not name:
        return "only variables can be updated: expected the name of one, found a value"
    return f"only variables can be updated, '{name}' is not defined by 'variable'"
