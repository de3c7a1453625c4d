"""An extension that nobody knows."""

from __future__ import annotations

from ..model.findings import Finding
from . import Context, Diagnostic, Fix
from ._edits import replace
from ._words import similar, suggestion

SEVERITY = "error"


_KNOWN = ("KHR_enable_fragment_definitions", "KHR_enable_operator_expressions")


def message(finding: Finding) -> str:
    name = finding.details["name"]
    return f"extension '{name}' is not known to any reader of NNEF 1.0" + suggestion(name, _KNOWN)


def fixes(context: Context, diagnostic: Diagnostic) -> list[Fix]:
    found = similar(diagnostic.details["name"], _KNOWN)
    return [replace(diagnostic, f"Change to '{found}'", found)] if found else []
