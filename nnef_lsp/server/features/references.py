"""References and highlights of the name under the cursor."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lsprotocol import types

from ..convert import location, offset_of, range_of
from ..registry import document_request

if TYPE_CHECKING:
    from ..session import Document


@document_request(types.TEXT_DOCUMENT_REFERENCES)
def references(document: Document, params: types.ReferenceParams) -> Any:
    from ...ide.references import references as find

    if document.language != "graph":
        return None
    places = find(document.analysis, offset_of(document, params.position), params.context.include_declaration)
    return [location(document, place) for place in places]


@document_request(types.TEXT_DOCUMENT_DOCUMENT_HIGHLIGHT)
def highlight(document: Document, params: types.DocumentHighlightParams) -> Any:
    from ...ide.references import highlights

    if document.language != "graph":
        return None
    found = highlights(document.analysis, offset_of(document, params.position))
    return [{"range": range_of(document, item.place), "kind": 3 if item.role == "write" else 2} for item in found]
