"""Document symbols, and symbols of all open documents.  Plain dictionaries: there may be ten thousand of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from ..convert import Json, Plain
from ..registry import document_request, request

if TYPE_CHECKING:
    from ...ide.views.outline import Entry
    from ..server import NnefServer
    from ..session import Document

KINDS = {
    "fragment": 12,
    "graph": 2,
    "input": 8,
    "variable": 14,
    "constant": 14,
    "tensor": 13,
    "property": 7,
    "quantization": 20,
}
MOST = 500


@document_request(types.TEXT_DOCUMENT_DOCUMENT_SYMBOL, empty=[])
def document_symbols(document: Document, params: types.DocumentSymbolParams) -> Plain:
    entries = _entries(document)
    symbols = getattr(getattr(document.session.abilities, "text_document", None), "document_symbol", None)
    if not getattr(symbols, "hierarchical_document_symbol_support", False):
        return [_flat(document.uri, item, inside) for item, inside in _all(entries)]
    return [_nested(entry) for entry in entries]


def _entries(document: Document) -> list[Entry]:
    from ...ide.views.outline import outline, quant_outline

    if document.language == "quant":
        return quant_outline(document.quantization, document.session.encoding)
    return outline(document.analysis, document.session.encoding)


def _nested(entry: Entry) -> Json:
    name, kind, detail, start, end, name_start, name_end, children = entry
    found: Json = {
        "name": name or "?",
        "kind": KINDS[kind],
        "range": {"start": {"line": start[0], "character": start[1]}, "end": {"line": end[0], "character": end[1]}},
        "selectionRange": {
            "start": {"line": name_start[0], "character": name_start[1]},
            "end": {"line": name_end[0], "character": name_end[1]},
        },
    }
    if detail:
        found["detail"] = detail
    if children:
        found["children"] = [_nested(child) for child in children]
    return found


def _flat(uri: str, entry: Entry, inside: str) -> Json:
    span = {
        "start": {"line": entry.name_start[0], "character": entry.name_start[1]},
        "end": {"line": entry.name_end[0], "character": entry.name_end[1]},
    }
    found: Json = {"name": entry.name or "?", "kind": KINDS[entry.kind], "location": {"uri": uri, "range": span}}
    return {**found, "containerName": inside} if inside else found


def _all(entries: list[Entry]) -> list[tuple[Entry, str]]:
    return [pair for entry in entries for pair in [(entry, ""), *((child, entry.name) for child in entry.children)]]


@request(types.WORKSPACE_SYMBOL)
def workspace_symbols(server: NnefServer, params: types.WorkspaceSymbolParams) -> Plain:
    wanted = params.query.lower()
    found: list[Json] = []
    for document in server.session.documents.values():
        for entry, inside in _all(_entries(document)):
            if wanted in entry.name.lower():
                found.append(_flat(document.uri, entry, inside))
                if len(found) >= MOST:
                    return found
    return found
