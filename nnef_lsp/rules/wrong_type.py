"""An argument of a type that the parameter does not take."""

from __future__ import annotations

from ..model.findings import Finding
from . import Context, Diagnostic, Fix
from ._edits import as_scalar, marked, replace

SEVERITY = "error"


def message(finding: Finding) -> str:
    details = finding.details
    wanted, found = details["wanted"], details["found"]
    hint = ""
    if str(wanted) == "scalar" and str(found) == "integer":
        hint = ": write it with a decimal point"
    elif str(wanted) == "scalar[]" and str(found) == "integer[]":
        hint = ": write the items with a decimal point"
    elif wanted.is_tensor and wanted.kind == "tensor" and found.kind == "array":
        hint = ": an array is no tensor, use 'constant'"
    elif wanted.kind == "array" and wanted.items[0] == found:
        hint = ": write it in brackets"
    elif wanted.kind == "primitive" and found.kind == "tensor":
        hint = ": its value is needed when the graph is read, not when it runs"
    return f"argument '{details['name']}' of '{details['operation']}' is {found}, expected {wanted}{hint}"


def fixes(context: Context, diagnostic: Diagnostic) -> list[Fix]:
    wanted, found, text = diagnostic.details["wanted"], diagnostic.details["found"], marked(diagnostic)
    name, equals, value = text.rpartition("=")
    if "#" in text or "'" in text:
        return []
    if str(wanted) in ("scalar", "scalar[]", "tensor<scalar>") and (new := as_scalar(value)):
        return [replace(diagnostic, f"Write {new}", f"{name.rstrip()} = {new}" if equals else new)]
    if wanted.kind == "array" and wanted.items[0] == found:
        new = f"[{value.strip()}]"
        return [replace(diagnostic, f"Write {new}", f"{name.rstrip()} = {new}" if equals else new)]
    return []
