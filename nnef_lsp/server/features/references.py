"""References and highlights of the name or string under the cursor."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lsprotocol import types
from pygls.exceptions import JsonRpcInvalidParams

from ...json_data import Json, JsonObject
from ..companion import graph_of, location_in, quantization_of
from ..convert import first_line, offset_of, range_of
from ..plain import plain
from ..registry import command, document_request

if TYPE_CHECKING:
    from ...ide.names.symbols import Symbol
    from ..server import NnefServer
    from ..session import Document


@document_request(types.TEXT_DOCUMENT_REFERENCES)
def references(document: Document, params: types.ReferenceParams) -> Json:
    return _mentions(document, params.position, params.context.include_declaration)


def _mentions(document: Document, position: types.Position, wanted: bool) -> list[JsonObject]:
    """Mentions in the graph and in graph.quant beside it, whichever was asked; the declaration if it is wanted."""
    from ...ide.names.references import references_to
    from ...ide.quantization import quant_mentions

    symbol = _symbol(document, offset_of(document, position))
    if symbol is None:
        return []
    encoding = document.session.encoding
    found: list[JsonObject] = []
    graph, quantization = graph_of(document), quantization_of(document)
    if graph is not None and (document.language == "graph" or symbol.kind == "tensor"):
        found += [location_in(graph, place, encoding) for place in references_to(graph.analysis, symbol, wanted)]
    if quantization is not None and symbol.kind in ("tensor", "operation", "parameter"):
        found += [
            location_in(quantization, item.place, encoding) for item in quant_mentions(quantization.analysis, symbol)
        ]
    return found


@command("nnef.showReferences")
async def show_references(server: NnefServer, params: types.ExecuteCommandParams) -> Json:
    """What "3 uses" above a fragment is, for clients that have no list of their own: the lines in a message."""
    place: Any = plain(params.arguments[0]) if params.arguments else None
    try:
        uri, at = place["uri"], place["position"]
        position = types.Position(int(at["line"]), int(at["character"]))
    except (TypeError, KeyError, ValueError):
        raise JsonRpcInvalidParams(message='expected {"uri": ..., "position": ...}') from None
    document = server.session.documents.get(uri)
    if document is None:
        return []
    found = _mentions(document, position, wanted=False)
    lines = sorted({first_line(item) + 1 for item in found if item["uri"] == uri})
    shown = ", ".join(map(str, lines[:20])) + (f" and {len(lines) - 20} more" if len(lines) > 20 else "")
    text = f"Used in line{'s' if len(lines) > 1 else ''} {shown}." if lines else "Not used in this text."
    server.window_show_message(types.ShowMessageParams(types.MessageType.Info, text))
    return found


@document_request(types.TEXT_DOCUMENT_DOCUMENT_HIGHLIGHT)
def highlight(document: Document, params: types.DocumentHighlightParams) -> Json:
    from ...ide.names.references import highlights
    from ...ide.quantization import quant_mentions, quant_symbol

    offset = offset_of(document, params.position)
    if document.language == "graph":
        found = highlights(document.prompt_analysis, offset)
    else:
        symbol = quant_symbol(document.quantization, offset)
        found = [] if symbol is None else list(quant_mentions(document.quantization, symbol))
    return [{"range": range_of(document, item.place), "kind": 3 if item.role == "write" else 2} for item in found]


def _symbol(document: Document, offset: int) -> Symbol | None:
    from ...ide.names.mentions import symbol_at
    from ...ide.quantization import quant_symbol

    if document.language == "quant":
        return quant_symbol(document.quantization, offset)
    return symbol_at(document.analysis, offset)
