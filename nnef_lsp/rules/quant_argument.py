"""A name or an invocation where graph.quant needs a value."""

from __future__ import annotations

from ..model.findings import Finding

SEVERITY = "error"


def message(finding: Finding) -> str:
    name = finding.details["name"]
    what = "operations are not invoked" if finding.details.get("invocation") else "there are no names"
    return f"{what} in graph.quant: expected a literal value, found '{name}'"
