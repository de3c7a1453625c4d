"""Document symbols, and symbols of all open documents.  Plain dictionaries: there may be ten thousand of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lsprotocol import types

from ...syntax.lines import units
from ..convert import Json
from ..registry import document_request, request

if TYPE_CHECKING:
    from ...ide.outline import Entry
    from ..app import NnefServer
    from ..session import Document

KINDS = {"fragment": 12, "graph": 2, "input": 8, "variable": 14, "constant": 14, "tensor": 13}
MOST = 500


@document_request(types.TEXT_DOCUMENT_DOCUMENT_SYMBOL, empty=[])
def document_symbols(document: Document, params: types.DocumentSymbolParams) -> Any:
    from ...ide.outline import outline

    if document.language != "graph":
        return []
    encoding = document.session.encoding
    entries = outline(document.analysis)
    symbols = getattr(getattr(document.session.abilities, "text_document", None), "document_symbol", None)
    if not getattr(symbols, "hierarchical_document_symbol_support", False):
        return [_flat(document.uri, item, inside, encoding) for item, inside in _all(entries)]
    return [_nested(entry, encoding) for entry in entries]


def _nested(entry: Entry, encoding: str) -> Json:
    start, end = _at(entry.start, encoding), _at(entry.end, encoding)
    found: Json = {
        "name": entry.name or "?",
        "kind": KINDS[entry.kind],
        "range": {"start": start, "end": end},
        "selectionRange": {"start": _at(entry.name_start, encoding), "end": _at(entry.name_end, encoding)},
    }
    if entry.detail:
        found["detail"] = entry.detail
    if entry.children:
        found["children"] = [_nested(child, encoding) for child in entry.children]
    return found


def _at(position: tuple[int, str, int], encoding: str) -> Json:
    line, text, column = position
    return {"line": line, "character": column if text.isascii() else units(text, encoding)}


def _flat(uri: str, entry: Entry, inside: str, encoding: str) -> Json:
    span = {"start": _at(entry.name_start, encoding), "end": _at(entry.name_end, encoding)}
    found: Json = {"name": entry.name or "?", "kind": KINDS[entry.kind], "location": {"uri": uri, "range": span}}
    return {**found, "containerName": inside} if inside else found


def _all(entries: list[Entry]) -> list[tuple[Entry, str]]:
    return [pair for entry in entries for pair in [(entry, ""), *((child, entry.name) for child in entry.children)]]


@request(types.WORKSPACE_SYMBOL)
def workspace_symbols(server: NnefServer, params: types.WorkspaceSymbolParams) -> Any:
    from ...ide.outline import outline

    wanted = params.query.lower()
    found: list[Json] = []
    for document in server.session.documents.values():
        if document.language != "graph":
            continue
        for entry, inside in _all(outline(document.analysis)):
            if wanted in entry.name.lower():
                found.append(_flat(document.uri, entry, inside, server.session.encoding))
                if len(found) >= MOST:
                    return found
    return found
