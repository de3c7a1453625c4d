"""`nnef/graphView` and `nnef/work` of docs/protocol.md."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from ...json_data import JsonObject
from ..convert import range_of
from ..plain import plain
from ..registry import request

if TYPE_CHECKING:
    from ...ide.views.graph import GraphBody, GraphNode
    from ...ide.views.structure.groups import Item
    from ...model.extents.dims import Extent
    from ...model.values.values import Value
    from ..server import NnefServer
    from ..session import Document


@request("nnef/graphView")
def graph_view(server: NnefServer, params: object) -> JsonObject | None:
    from ...ide.views.graph import graph_view
    from .run_graph import document_at

    document = document_at(server, _uri(params))
    if document.language != "graph":
        return None
    view = graph_view(document.analysis)
    if view is None:
        return None
    seconds = document.memory.get("seconds", {})
    fragments = {name: _body(document, body, {}) for name, body in view.fragments.items()}
    return {
        "version": document.version,
        "name": view.name,
        "parameters": view.parameters,
        "fragments": fragments,
        **_body(document, view, seconds),
    }


@request("nnef/work")
async def work(server: NnefServer, params: object) -> JsonObject | None:
    """Multiply-accumulates by statement; in a thread of its own from a copy of the text, for it may take seconds."""
    from ..running.work import MOST, work_now, work_of
    from .run_graph import copy_of, document_at, trouble

    document = document_at(server, _uri(params))
    if document.language != "graph" or len(document.analysis.outcomes) > MOST or trouble(document):
        return None
    version = document.version
    found = work_now(document)
    if found is None and "work" not in document.memory:
        found = await asyncio.to_thread(lambda: work_of(copy_of(document.source.text, document.analysis)))
        if document.version == version:
            document.memory["work"] = found
            server.updates.ask_again()  # code lenses tell it too
    return (
        None
        if found is None
        else {
            "version": version,
            "macs": found.total,
            "statements": found.statements,
            "at": found.at,
        }
    )


def _uri(params: object) -> str:
    return str(plain(params)["textDocument"]["uri"])


def _body(document: Document, body: GraphBody, seconds: dict[str, float]) -> JsonObject:
    from ...ide.views.structure.tree import structure

    nodes = []
    found = structure(body)
    for at, node in enumerate(body.nodes):
        written = _node(document, node)
        if at in found.folded:
            written["folded"] = True
        if at in found.names:
            written["module"] = found.names[at]
        if node.id in seconds:
            written["seconds"] = seconds[node.id]
        nodes.append(written)
    boxes = [_box(item) for item in found.items]
    return {"inputs": body.inputs, "outputs": body.outputs, "nodes": nodes, "boxes": boxes}


def _box(item: Item) -> int | JsonObject:
    """The number of a node, or a group; groups are at most some twenty deep."""
    if isinstance(item, int):
        return item
    written: JsonObject = {
        "id": item.id,
        "kind": item.kind,
        "title": item.title,
        "boxes": [_box(inner) for inner in item.items],
    }
    if item.times:
        written["times"] = item.times
    return written


def _node(document: Document, node: GraphNode) -> JsonObject:
    written: JsonObject = {
        "id": node.id,
        "operation": node.operation,
        "kind": node.kind,
        "inputs": [{"tensor": tensor, "parameter": parameter} for tensor, parameter in node.inputs],
        "outputs": [tensor_fact(name, value) for name, value in node.outputs],
        "attributes": node.attributes,
        **_ranges(document, node),
    }
    if node.fragment:
        written["fragment"] = True
    if node.label is not None:
        written["label"] = node.label
    return written


def _ranges(document: Document, node: GraphNode) -> JsonObject:
    """Of the statement and of the name in it; mostly these stand in one line, and one look into the text is enough."""
    statement, name = node.statement, node.name
    whole = range_of(document, statement)
    before = statement.segment.text[statement.start : name.end]
    if name.segment is not statement.segment or "\n" in before or not before.isascii():
        return {"range": whole, "selectionRange": range_of(document, name)}
    at = document.source.position_in(statement.segment, statement.start, document.session.encoding)
    line, column = at.line, at.column + name.start - statement.start
    ends = {
        "start": {"line": line, "character": column},
        "end": {"line": line, "character": column + name.end - name.start},
    }
    return {"range": whole, "selectionRange": ends}


def tensor_fact(name: str, value: Value) -> JsonObject:
    """A `TensorFact`: extents are numbers, text where they are symbolic, null where they are not known."""
    shape = getattr(value, "shape", None)
    extents = None if shape is None else [extent if isinstance(extent, int) else _extent(extent) for extent in shape]
    return {"name": name, "dtype": getattr(value, "dtype", "?"), "shape": extents}


def _extent(extent: Extent) -> str | None:
    text = str(extent)
    return None if text in ("None", "?", "") else text
