"""A graph parameter that no statement introduces."""

from __future__ import annotations

from ..model.findings import Finding
from . import Context, Diagnostic, Fix
from ._edits import insert

SEVERITY = "error"


def message(finding: Finding) -> str:
    name = finding.details["name"]
    return f"graph input '{name}' is not introduced: expected a statement '{name} = external(shape = [...]);'"


def fixes(context: Context, diagnostic: Diagnostic) -> list[Fix]:
    name, structure = diagnostic.details["name"], getattr(context.analysis, "structure", None)
    if structure is None or structure.graph is None:
        return []
    head = structure.graph.head
    text = f"\n    {name} = external(shape = [1]);"
    return [insert(head, len(head.text), f"Add '{text.strip()}'", text)]
