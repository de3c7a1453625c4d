"""An operator that is not defined for its operands."""

from __future__ import annotations

from ..model.findings import Finding
from ._words import listed

SEVERITY = "error"


def message(finding: Finding) -> str:
    details = finding.details
    if details.get("reason"):
        return f"this cannot be computed: {details['reason']}"
    types = listed([str(type) for type in details["types"]], "and")
    hint = ""
    if {str(type) for type in details["types"]} == {"integer", "scalar"}:
        hint = ": convert with integer(...) or scalar(...)"
    return f"operator '{details['operator']}' is not defined for {types}{hint}"
