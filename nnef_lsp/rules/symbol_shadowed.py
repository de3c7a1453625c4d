"""A name that is also a symbol."""

from __future__ import annotations

from ..model.findings import Finding

SEVERITY = "warning"


def message(finding: Finding) -> str:
    name = finding.details["name"]
    return f"'{name}' is also a symbol: below this statement the name means the tensor, in shapes too"
