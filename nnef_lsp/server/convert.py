"""To and from the protocol's forms: positions, ranges, edits.  Answers are plain dictionaries as the protocol's
specification writes them, because building typed objects costs more than finding what to say.

Not here: what is said.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ..json_data import Json, JsonObject

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..ide.text.place import Edit, Place
    from ..syntax.segments import Segment
    from .session import Document

SEVERITIES = {"error": 1, "warning": 2, "information": 3, "hint": 4}
TAGS = {"unnecessary": 1, "deprecated": 2}


def offset_of(document: Document, position: Any) -> int:
    """The offset of a position."""
    return document.source.offset(position.line, position.character, document.session.encoding)


def position_of(document: Document, segment: Segment, offset: int) -> JsonObject:
    """The position of an offset relative to a segment."""
    at = document.source.position_in(segment, offset, document.session.encoding)
    return {"line": at.line, "character": at.column}


def range_in(document: Document, segment: Segment, start: int, end: int) -> JsonObject:
    """The range of a span relative to a segment."""
    first = document.source.position_in(segment, start, document.session.encoding)
    text = segment.text[start:end]
    if text.isascii() and "\n" not in text and end <= len(segment.text):
        last: JsonObject = {"line": first.line, "character": first.column + len(text)}
    else:
        last = position_of(document, segment, end)
    return {"start": {"line": first.line, "character": first.column}, "end": last}


def range_of(document: Document, place: Place) -> JsonObject:
    """The range of a place."""
    return range_in(document, place.segment, place.start, place.end)


def location(document: Document, place: Place) -> JsonObject:
    """A place of a document as a location."""
    return {"uri": document.uri, "range": range_of(document, place)}


def first_line(item: Mapping[str, Json]) -> int:
    """The line, from 0, in which what has a range begins."""
    place: Json = item.get("range")
    start = place.get("start") if isinstance(place, Mapping) else None
    line = start.get("line") if isinstance(start, Mapping) else None
    return line if isinstance(line, int) else 0


def text_edit(document: Document, edit: Edit) -> JsonObject:
    """An edit of the text."""
    return {"range": range_of(document, edit.place), "newText": edit.text}


def workspace_edit(document: Document, edits: Iterable[Edit]) -> JsonObject:
    """Edits of one document; with its version where the client knows what that is."""
    changes = [text_edit(document, edit) for edit in edits]
    abilities = getattr(document.session.abilities, "workspace", None)
    if getattr(getattr(abilities, "workspace_edit", None), "document_changes", False):
        identity = {"uri": document.uri, "version": document.version}
        return {"documentChanges": [{"textDocument": identity, "edits": changes}]}
    return {"changes": {document.uri: changes}}


def markdown(document: Document, text: str) -> JsonObject:
    """Marked-up text, as the client wants it."""
    hover = getattr(getattr(document.session.abilities, "text_document", None), "hover", None)
    formats = getattr(hover, "content_format", None)
    if formats and str(getattr(formats[0], "value", formats[0])) == "plaintext":
        return {
            "kind": "plaintext",
            "value": text.replace("```nnef\n", "").replace("```text\n", "").replace("```", "").replace("**", ""),
        }
    return {"kind": "markdown", "value": text}


def plain_strings(data: Any, *keys: str) -> tuple[str, ...]:
    """Strings in data that we gave to the client and that it gives back."""
    values = (data.get(key) if isinstance(data, dict) else getattr(data, key, None) for key in keys)
    return tuple(value if isinstance(value, str) else "" for value in values)
