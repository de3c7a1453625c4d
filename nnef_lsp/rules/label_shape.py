"""One label, two shapes."""

from __future__ import annotations

from ..model.extents.dims import format_shape
from ..model.findings import Finding

SEVERITY = "error"


def message(finding: Finding) -> str:
    details = finding.details
    return (
        f"variables with label '{details['label']}' share their data and must have one shape: "
        f"this one is {format_shape(details['shape'])}, the first is {format_shape(details['first_shape'])}"
    )
