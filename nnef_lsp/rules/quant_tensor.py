"""A quantization of something that is no tensor of the graph."""

from __future__ import annotations

from ..model.findings import Finding
from ._words import suggestion

SEVERITY = "error"


def message(finding: Finding) -> str:
    name = finding.details["name"]
    return f"the graph beside this file has no tensor '{name}'" + suggestion(name, finding.details.get("names"))
