"""Inputs that are introduced in another order than they are declared."""

from __future__ import annotations

from ..model.findings import READER, Finding

SEVERITY = "warning"


def message(finding: Finding) -> str:
    order = ", ".join(finding.details["order"])
    return f"{READER} takes inputs in the order in which statements introduce them: {order}"
