"""A data file that contradicts its variable."""

from __future__ import annotations

from ..model.extents.dims import format_shape
from ..model.findings import Finding

SEVERITY = "error"


def message(finding: Finding) -> str:
    details = finding.details
    file = f"'{details['label'].lstrip('/')}.dat'"
    if details.get("unreadable"):
        return f"{file} cannot be read: {details['unreadable']}"
    if "stored" in details:
        return f"{file} holds a tensor of shape {format_shape(details['stored'])}, declared here as {format_shape(details['shape'])}"
    return f"{file} holds items of type {details['stored_type']}, declared here as {details['dtype']}"
