"""A condition that is not a logical value."""

from __future__ import annotations

from ..model.findings import Finding
from ._words import kind

SEVERITY = "error"


def message(finding: Finding) -> str:
    found = finding.details["found"]
    hint = ": its items are only known when the graph runs" if found.kind == "tensor" else ""
    return f"a condition must be logical, this is {kind(found)}{hint}"
