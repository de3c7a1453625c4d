"""Hover; statistics of stored data are read in a thread, and remembered until a file or the document changes."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from lsprotocol import types

from ..convert import markdown, offset_of, range_of
from ..registry import document_request
from ..run_results import flowed

if TYPE_CHECKING:
    from ..session import Document


@document_request(types.TEXT_DOCUMENT_HOVER)
async def hover(document: Document, params: types.HoverParams) -> Any:
    from ...ide.hover import hover as card_at

    if document.language != "graph":
        return None
    card = card_at(document.analysis, offset_of(document, params.position))
    if card is None:
        return None
    answer = {"range": range_of(document, card.place)}
    text = card.markdown
    if card.label is not None and document.weights is not None:
        text += "\n\n---\n" + await _weights(document, card.label)
    text += flowed(document, card.place.text)
    return {"contents": markdown(document, text), **answer}


async def _weights(document: Document, label: str) -> str:
    from ...ide.weights_card import weights_card

    assert document.weights is not None
    known = document.weights_cards
    if label not in known:
        known[label] = await asyncio.to_thread(weights_card, document.weights.model, label)
    return known[label]
