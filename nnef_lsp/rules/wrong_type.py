"""An argument of a type that the parameter does not take."""

from __future__ import annotations

from ..model.findings import Finding
from ..model.operations.declarations import MISSING
from ..model.shapes import takes_numbers
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
        hint = ": an array is not a tensor, use 'constant'"
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
    new = None
    if str(wanted) in ("scalar", "scalar[]") or (
        str(wanted) == "tensor<scalar>" and _takes_numbers(context, diagnostic)
    ):
        new = as_scalar(value)
    safe = new is not None
    if new is None and wanted.kind == "array" and wanted.items[0] == found:
        new = f"[{value.strip()}]"
    return (
        [replace(diagnostic, f"Write {new}", f"{name.rstrip()} = {new}" if equals else new, safe=safe)] if new else []
    )


def _takes_numbers(context: Context, diagnostic: Diagnostic) -> bool:
    """Whether a tensor parameter can be a number: where it has one as default, and element by element."""
    operation = context.analysis.operations.get(diagnostic.details["operation"])
    parameter = operation.by_name.get(diagnostic.details["name"]) if operation is not None else None
    if operation is None or parameter is None:
        return False
    return parameter.default is not MISSING or takes_numbers(operation.name)
