"""A graph parameter that no statement introduces."""

from __future__ import annotations

from ..model.findings import Finding

SEVERITY = "error"


def message(finding: Finding) -> str:
    name = finding.details["name"]
    return f"graph input '{name}' is not introduced: expected a statement '{name} = external(shape = [...]);'"
