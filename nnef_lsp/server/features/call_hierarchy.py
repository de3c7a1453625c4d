"""The call hierarchy: which fragments invoke an operation, and what a fragment or the graph invokes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Literal

from lsprotocol import types
from pygls.uris import from_fs_path

from ...json_data import Json, JsonObject
from ..convert import offset_of, plain_strings, range_of
from ..registry import document_request, request

if TYPE_CHECKING:
    from ...ide.names.calls import Caller, Calls
    from ...model.analysis.analysis import Analysis
    from ..server import NnefServer
    from ..session import Document


@document_request(types.TEXT_DOCUMENT_PREPARE_CALL_HIERARCHY)
def prepare(document: Document, params: types.CallHierarchyPrepareParams) -> Json:
    from ...ide.names.calls import caller_at

    if document.language != "graph":
        return None
    found = caller_at(document.analysis, offset_of(document, params.position))
    return None if found is None else [_item(document, found)]


@request(types.CALL_HIERARCHY_INCOMING_CALLS)
def incoming_calls(server: NnefServer, params: types.CallHierarchyIncomingCallsParams) -> Json:
    from ...ide.names.calls import incoming

    return _calls(server, params.item, "from", incoming)


@request(types.CALL_HIERARCHY_OUTGOING_CALLS)
def outgoing_calls(server: NnefServer, params: types.CallHierarchyOutgoingCallsParams) -> Json:
    from ...ide.names.calls import outgoing

    return _calls(server, params.item, "to", outgoing)


def _calls(
    server: NnefServer,
    item: types.CallHierarchyItem,
    side: Literal["from", "to"],
    calls_of: Callable[[Analysis, Caller], Iterable[Calls]],
) -> list[JsonObject] | None:
    """The calls of an item, with who is at the other side of each."""
    document, caller = _asked(server, item)
    if document is None or caller is None:
        return None
    return [
        {side: _item(document, calls.other), "fromRanges": [range_of(document, place) for place in calls.places]}
        for calls in calls_of(document.analysis, caller)
    ]


def _asked(server: NnefServer, item: types.CallHierarchyItem) -> tuple[Document | None, Caller | None]:
    """The document of an item that we gave away, and what the item is."""
    from ...ide.names.calls import Caller
    from ...ide.names.definition import Declared

    uri, kind = plain_strings(item.data, "uri", "kind")
    document = server.session.documents.get(uri)
    known = document is not None and document.language == "graph"
    return (document if known else None), Caller(item.name, Declared("", 0, 0, 0), is_graph=kind == "graph")


def _item(document: Document, caller: Caller) -> JsonObject:
    from ...ide.names.definition import Declared

    place = caller.place
    if isinstance(place, Declared):
        start = {"line": place.line, "character": place.column}
        span: JsonObject = {"start": start, "end": {"line": place.line, "character": place.column + place.length}}
        uri = from_fs_path(place.file)
    else:
        uri, span = document.uri, range_of(document, place)
    return {
        "name": caller.name,
        "kind": types.SymbolKind.Class.value if caller.is_graph else types.SymbolKind.Function.value,
        "detail": "graph" if caller.is_graph else "",
        "uri": uri,
        "range": span,
        "selectionRange": span,
        "data": {"uri": document.uri, "kind": "graph" if caller.is_graph else "operation"},
    }
