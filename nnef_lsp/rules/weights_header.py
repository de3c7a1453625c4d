"""A data file that contradicts its variable."""

from __future__ import annotations

from ..model.extents.dims import format_shape
from ..model.findings import Finding
from ..syntax import nodes as n
from . import Context, Diagnostic, Edit, Fix
from ._edits import invocation_around

SEVERITY = "error"


def message(finding: Finding) -> str:
    details = finding.details
    file = f"'{details['label'].lstrip('/')}.dat'"
    if details.get("unreadable"):
        return f"{file} cannot be read: {details['unreadable']}"
    if "stored" in details:
        return f"{file} holds a tensor of shape {format_shape(details['stored'])}, declared here as {format_shape(details['shape'])}"
    return f"{file} holds items of type {details['stored_type']}, declared here as {details['dtype']}"


def fixes(context: Context, diagnostic: Diagnostic) -> list[Fix]:
    """Declare the variable with the shape that its data have."""
    stored = diagnostic.details.get("stored")
    call = invocation_around(diagnostic.segment, diagnostic.start)
    if stored is None or call is None:
        return []
    for argument in call.arguments:
        if argument.name is not None and argument.name.name == "shape" and isinstance(argument.value, n.Array):
            place = argument.value
            edit = Edit(diagnostic.segment, place.start, place.end, str(list(stored)))
            return [Fix(f"Declare the shape {format_shape(stored)} of the file", (edit,))]
    return []
