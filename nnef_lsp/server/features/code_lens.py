"""Code lenses.  Pressing "Run graph" is the command `nnef.runGraph` with the document: clients may ask for inputs first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from ..convert import Json, range_of
from ..registry import document_request

if TYPE_CHECKING:
    from ..session import Document

MOST_STATEMENTS = 2000
"""Of a graph that is expanded at every pause in typing, only to tell how much work it is."""


@document_request(types.TEXT_DOCUMENT_CODE_LENS, empty=[])
def code_lens(document: Document, params: types.CodeLensParams) -> list[Json]:
    from ...ide.code_lens import code_lenses

    if document.language != "graph":
        return []
    lenses = []
    for lens in code_lenses(document.analysis, _macs(document)):
        command: Json = {"title": lens.text, "command": ""}
        if lens.runs:
            command = {"title": f"▶ {lens.text}", "command": "nnef.runGraph", "arguments": [{"uri": document.uri}]}
        lenses.append({"range": range_of(document, lens.place), "command": command})
    return lenses


def _macs(document: Document) -> int | None:
    """Multiply-accumulates of the whole graph; None while something is wrong or not known."""
    from ...model.flatten import Unflattenable, flatten
    from ...runtime.costs import cost

    analysis = document.analysis
    if len(analysis.outcomes) > MOST_STATEMENTS or any(found.get("severity") == 1 for found in document.published or []):
        return None
    if "macs" not in document.memory:
        try:
            graph = flatten(analysis)
            found = [cost(invocation, graph.tensors).macs for invocation in graph.invocations]
            document.memory["macs"] = None if None in found else sum(item or 0 for item in found)
        except (Unflattenable, RecursionError):
            document.memory["macs"] = None
    known: int | None = document.memory["macs"]
    return known
