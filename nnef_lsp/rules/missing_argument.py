"""A parameter without a default that got no argument."""

from __future__ import annotations

from ..model.findings import Finding
from . import Context, Diagnostic, Fix
from ._edits import insert, placeholder

SEVERITY = "error"


def message(finding: Finding) -> str:
    details = finding.details
    return f"'{details['operation']}' needs an argument for '{details['name']}' of type {details['type']}"


def fixes(context: Context, diagnostic: Diagnostic) -> list[Fix]:
    details = diagnostic.details
    if details["type"].is_tensor and not details.get("named"):
        return []
    comma = ", " if details["has_arguments"] else ""
    text = f"{comma}{details['name']} = {placeholder(details['type'])}"
    return [insert(diagnostic.segment, details["insert_at"], f"Add '{details['name']}'", text)]
