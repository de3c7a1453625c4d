"""A quantization of something that is not a tensor of the graph."""

from __future__ import annotations

from ..model.findings import Finding
from . import Context, Diagnostic, Fix
from ._edits import replace
from ._words import similar, suggestion

SEVERITY = "error"


def message(finding: Finding) -> str:
    name = finding.details["name"]
    if finding.details.get("variable"):
        return f"'{name}' is the label of the variable '{finding.details['variable']}': entries name tensors"
    return f"the graph beside this file has no tensor '{name}'" + suggestion(name, finding.details.get("names"))


def fixes(context: Context, diagnostic: Diagnostic) -> list[Fix]:
    found = diagnostic.details.get("variable") or similar(diagnostic.details["name"], diagnostic.details.get("names"))
    return [replace(diagnostic, f"Change to '{found}'", f'"{found}"')] if found else []
