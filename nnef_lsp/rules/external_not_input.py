"""The result of external that is not a graph parameter."""

from __future__ import annotations

from ..model.findings import Finding
from . import Context, Diagnostic, Fix
from ._edits import insert

SEVERITY = "error"


def message(finding: Finding) -> str:
    name = finding.details["name"]
    if not name:
        return "the result of 'external' must be an input of the graph: give it a name and make that an input"
    return f"'{name}' comes from 'external' but is not among the inputs of the graph"


def fixes(context: Context, diagnostic: Diagnostic) -> list[Fix]:
    name, head = diagnostic.details["name"], getattr(context.analysis, "graph_head", None)
    structure = getattr(context.analysis, "structure", None)
    if not name or head is None or structure is None or not head.parameters:
        return []
    return [insert(structure.graph.head, head.parameters[-1].end, f"Make '{name}' an input of the graph", f", {name}")]
