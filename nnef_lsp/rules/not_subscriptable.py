"""A subscript on something that has no items."""

from __future__ import annotations

from ..model.findings import Finding
from ._words import kind

SEVERITY = "error"


def message(finding: Finding) -> str:
    found = finding.details["found"]
    hint = ": use 'slice' for a part of a tensor" if found.kind == "tensor" else ""
    return f"only arrays, tuples and strings have items to pick, this is {kind(found)}{hint}"
