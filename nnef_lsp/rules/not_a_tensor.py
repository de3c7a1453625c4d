"""A name in the graph's body that is not a tensor."""

from __future__ import annotations

from ..model.findings import Finding
from ..model.values.values import type_of

SEVERITY = "error"


def message(finding: Finding) -> str:
    details = finding.details
    found = type_of(details["value"])
    hint = ""
    if found.kind == "array" and found.is_tensor:
        hint = f": list the tensors on the left, [{details['name']}1, {details['name']}2, ...]"
    return f"names in a graph are tensors, '{details['name']}' would be {found}{hint}"
