"""References and highlights of the name or string under the cursor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from ..companion import graph_of, location_in, quantization_of
from ..convert import Json, Plain, offset_of, range_of
from ..registry import document_request

if TYPE_CHECKING:
    from ...ide.names.symbols import Symbol
    from ..session import Document


@document_request(types.TEXT_DOCUMENT_REFERENCES)
def references(document: Document, params: types.ReferenceParams) -> Plain:
    """Mentions in the graph and in graph.quant beside it, whichever was asked."""
    from ...ide.names.references import references_to
    from ...ide.quantization import quant_mentions

    symbol = _symbol(document, offset_of(document, params.position))
    if symbol is None:
        return []
    encoding = document.session.encoding
    wanted = params.context.include_declaration
    found: list[Json] = []
    graph, quantization = graph_of(document), quantization_of(document)
    if graph is not None and (document.language == "graph" or symbol.kind == "tensor"):
        found += [location_in(graph, place, encoding) for place in references_to(graph.analysis, symbol, wanted)]
    if quantization is not None and symbol.kind in ("tensor", "operation", "parameter"):
        found += [
            location_in(quantization, item.place, encoding) for item in quant_mentions(quantization.analysis, symbol)
        ]
    return found


@document_request(types.TEXT_DOCUMENT_DOCUMENT_HIGHLIGHT)
def highlight(document: Document, params: types.DocumentHighlightParams) -> Plain:
    from ...ide.names.references import highlights
    from ...ide.quantization import quant_mentions, quant_symbol

    offset = offset_of(document, params.position)
    if document.language == "graph":
        found = highlights(document.analysis, offset)
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
