"""An argument without a name in graph.quant."""

from __future__ import annotations

from ..model.findings import Finding

SEVERITY = "error"


def message(finding: Finding) -> str:
    return f"arguments of '{finding.details['operation']}' must be named here, write NAME = VALUE"
