"""Statements that no result needs, with their data."""

from __future__ import annotations

from ...ide.refactoring.unneeded import unneeded
from ...project.opening import Document
from ..change import Change
from ..statements import Graph
from ..words import counted, listed

NAME = "unneeded"


def apply(document: Document) -> Change | None:
    """Take them out."""
    dead = unneeded(document.analysis)
    if not dead:
        return None
    graph = Graph(document)
    names = [name for statement in dead for name in statement.defines]
    told = f"{counted(len(dead), 'statement')} that no result needs: {listed(names)}"
    return graph.change(map(graph.without, dead), [told])
