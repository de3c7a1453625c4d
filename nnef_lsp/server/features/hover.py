"""Hover; statistics of stored data are read in a thread, and remembered until a file or the document changes."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from lsprotocol import types

from ...json_data import Json
from ..convert import markdown, offset_of, range_of
from ..registry import document_request
from ..running.run_results import flowed

if TYPE_CHECKING:
    from ..session import Document


@document_request(types.TEXT_DOCUMENT_HOVER)
async def hover(document: Document, params: types.HoverParams) -> Json:
    from ...ide.hover.card import hover as card_at

    offset = offset_of(document, params.position)
    if document.language == "quant":
        from ...ide.quantization import quant_hover

        card = quant_hover(document.quantization, offset)
    else:
        card = card_at(document.prompt_analysis, offset)
    if card is None:
        return None
    answer = {"range": range_of(document, card.place)}
    text = card.markdown
    if card.label is not None and document.weights is not None:
        text += "\n\n---\n" + await _weights(document, card.label, card.tensor)
    if card.tensor is not None:
        text += flowed(document, card.tensor) + _quantized(document, card.tensor)
    return {"contents": markdown(document, text), **answer}


async def _weights(document: Document, label: str, tensor: str | None) -> str:
    from ...ide.hover.weights import weights_card

    assert document.weights is not None
    known = document.weights_cards
    strict = document.prompt_analysis.dialect.strict_types  # elsewhere codes are the data
    entry = document.quantizations.get(tensor or "") if strict else None
    key = f"{label} {entry}"
    if key not in known:
        known[key] = await asyncio.to_thread(weights_card, document.weights.model, label, entry)
    return known[key]


def _quantized(document: Document, name: str) -> str:
    """How graph.quant beside the graph quantizes a tensor."""
    from ...ide.describe import inline
    from ...model.operations.declarations import literal_text

    found = document.quantizations.get(name)
    if found is None:
        return ""
    operation, arguments = found
    written = ", ".join(f"{key} = {literal_text(value)}" for key, value in arguments.items())
    return f"\n\nQuantized by {inline(f'{operation}({written})')}"
