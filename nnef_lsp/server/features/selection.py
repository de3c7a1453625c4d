"""Selection ranges."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lsprotocol import types

from ...json_data import Json, JsonObject
from ..convert import offset_of
from ..registry import document_request

if TYPE_CHECKING:
    from ..session import Document


@document_request(types.TEXT_DOCUMENT_SELECTION_RANGE)
def selection_ranges(document: Document, params: types.SelectionRangeParams) -> Json:
    return [_chain(document, position) for position in params.positions]


def _chain(document: Document, position: Any) -> JsonObject:
    from ...ide.text.selection import selections

    found: JsonObject = {}
    known = document.analysis if document.language == "graph" else document.quantization
    for span in reversed(selections(known, offset_of(document, position))):
        ends = [document.source.position(at, document.session.encoding) for at in span]
        start, end = ({"line": at.line, "character": at.column} for at in ends)
        found = {"range": {"start": start, "end": end}, **({"parent": found} if found else {})}
    return found
