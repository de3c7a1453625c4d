"""An argument without a name behind one that has a name."""

from __future__ import annotations

from ..model.findings import Finding

SEVERITY = "error"


def message(finding: Finding) -> str:
    return f"positional arguments of '{finding.details['operation']}' stand before all named ones: move it or name it"
