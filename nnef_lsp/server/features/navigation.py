"""Other ways from a name: what a tensor comes from, the names that change together.

Not here: definitions and what counts as one (`definition.py`), references (`references.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from ...json_data import Json
from ..convert import location, offset_of, range_of
from ..registry import document_request

if TYPE_CHECKING:
    from ..session import Document


@document_request(types.TEXT_DOCUMENT_TYPE_DEFINITION)
def type_definition(document: Document, params: types.TypeDefinitionParams) -> Json:
    """The inputs and variables that a tensor is computed from, the nearest first."""
    from ...ide.names.origins import origins

    if document.language != "graph":
        return None
    found = origins(document.analysis, offset_of(document, params.position))
    return [location(document, place) for place in found] or None


@document_request(types.TEXT_DOCUMENT_LINKED_EDITING_RANGE)
def linked_editing(document: Document, params: types.LinkedEditingRangeParams) -> Json:
    """All places of a tensor's name in its body."""
    from ...ide.names.mentions import symbol_at
    from ...ide.names.references import references_to

    if document.language != "graph":
        return None
    symbol = symbol_at(document.analysis, offset_of(document, params.position))
    if symbol is None or symbol.kind != "tensor" or symbol.place.text != symbol.name:
        return None
    places = [place for place in references_to(document.analysis, symbol) if place.text == symbol.name]
    return {"ranges": [range_of(document, place) for place in places], "wordPattern": r"[A-Za-z_]\w*"}
