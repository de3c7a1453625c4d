"""An update of something that is no variable."""

from __future__ import annotations

from ..model.findings import Finding

SEVERITY = "error"


def message(finding: Finding) -> str:
    return f"only variables can be updated, '{finding.details['name']}' is not defined by 'variable'"
