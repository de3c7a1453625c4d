"""An extension that nobody knows."""

from __future__ import annotations

from ..model.findings import Finding
from ._words import suggestion

SEVERITY = "error"


_KNOWN = ("KHR_enable_fragment_definitions", "KHR_enable_operator_expressions")


def message(finding: Finding) -> str:
    name = finding.details["name"]
    return f"extension '{name}' is not known to any reader of NNEF 1.0" + suggestion(name, _KNOWN)
