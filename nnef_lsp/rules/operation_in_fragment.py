"""An operation that only a graph may invoke."""

from __future__ import annotations

from ..model.findings import Finding

SEVERITY = "error"


def message(finding: Finding) -> str:
    return f"'{finding.details['name']}' stands only in the body of a graph, not in a fragment"
