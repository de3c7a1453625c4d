"""Fragments that invoke each other without end."""

from __future__ import annotations

from ..model.findings import Finding

SEVERITY = "error"


def message(finding: Finding) -> str:
    return f"'{finding.details['name']}' invokes itself again and again: expansion stops after 200 levels"
