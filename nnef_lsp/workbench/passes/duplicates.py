"""Statements that say the same as an earlier one: common subexpressions, and variables of one label."""

from __future__ import annotations

import re

from ...ide.text.place import Edit
from ...model.flattening.flat_graph import Invocation
from ...project.opening import Document
from ..change import Change
from ..statements import Graph
from ..words import listed

NAME = "duplicates"


def apply(document: Document) -> Change | None:
    """Let the readers of each read the first one."""
    graph = Graph(document)
    updated = _updated(graph)
    first: dict[str, str] = {}
    edits: list[Edit] = []
    doubles: list[str] = []
    touched: set[int] = set()
    for name, statement in graph.statements.items():
        if statement.operation == "external" or "random" in statement.operation or name in updated:
            continue
        key = _key(statement.invocation)
        original = first.setdefault(key, name)
        if original == name or not graph.can_be_renamed(name) or original in graph.quantized:
            continue
        uses = graph.renamed_uses(name, original)
        if touched.isdisjoint(id(edit.place.segment) for edit in uses):
            touched.update(id(edit.place.segment) for edit in uses)
            touched.add(id(statement.segment))
            edits += [*uses, graph.without(statement.segment)]
            doubles.append(f"{name} is {original}")
    if not edits:
        return None
    return graph.change(edits, [f"said twice: {listed(doubles)}"])


def _key(invocation: Invocation) -> str:
    """Two invocations with one key give the same."""
    attributes = sorted((name, repr(value)) for name, value in invocation.attributes.items())
    if invocation.operation == "variable":
        attributes = [(name, value.lower() if name == "label" else value) for name, value in attributes]
    return re.sub(r"\s+", " ", repr((invocation.operation, invocation.generic, invocation.inputs, attributes)))


def _updated(graph: Graph) -> set[str]:
    """The variables whose value changes while the graph runs."""
    changing = {
        str(item)
        for invocation in graph.flat.invocations
        if invocation.operation == "update"
        for item in invocation.inputs[:1]
    }
    return {name for name in graph.statements if f"%{name}" in changing}
