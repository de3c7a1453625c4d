"""To and from the protocol's forms: positions, ranges, edits.  Answers are plain dictionaries as the protocol's
specification writes them, because building typed objects costs more than finding what to say.

Not here: what is said.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..ide.text.place import Edit, Place
    from ..syntax.segments import Segment
    from .session import Document

Json = dict[str, Any]
Plain = bool | int | float | str | None | Sequence["Plain"] | Mapping[str, "Plain"]
"""What goes to JSON as it is: an answer, or a part of one."""

SEVERITIES = {"error": 1, "warning": 2, "information": 3, "hint": 4}
TAGS = {"unnecessary": 1, "deprecated": 2}


def offset_of(document: Document, position: Any) -> int:
    """The offset of a position."""
    return document.source.offset(position.line, position.character, document.session.encoding)


def position_of(document: Document, segment: Segment, offset: int) -> Json:
    """The position of an offset relative to a segment."""
    at = document.source.position_in(segment, offset, document.session.encoding)
    return {"line": at.line, "character": at.column}


def range_in(document: Document, segment: Segment, start: int, end: int) -> Json:
    """The range of a span relative to a segment."""
    first = document.source.position_in(segment, start, document.session.encoding)
    text = segment.text[start:end]
    if text.isascii() and "\n" not in text and end <= len(segment.text):
        last: Json = {"line": first.line, "character": first.column + len(text)}
    else:
        last = position_of(document, segment, end)
    return {"start": {"line": first.line, "character": first.column}, "end": last}


def range_of(document: Document, place: Place) -> Json:
    """The range of a place."""
    return range_in(document, place.segment, place.start, place.end)


def location(document: Document, place: Place) -> Json:
    """A place of a document as a location."""
    return {"uri": document.uri, "range": range_of(document, place)}


def text_edit(document: Document, edit: Edit) -> Json:
    """An edit of the text."""
    return {"range": range_of(document, edit.place), "newText": edit.text}


def workspace_edit(document: Document, edits: Iterable[Edit]) -> Json:
    """Edits of one document; with its version where the client knows what that is."""
    changes = [text_edit(document, edit) for edit in edits]
    abilities = getattr(document.session.abilities, "workspace", None)
    if getattr(getattr(abilities, "workspace_edit", None), "document_changes", False):
        identity = {"uri": document.uri, "version": document.version}
        return {"documentChanges": [{"textDocument": identity, "edits": changes}]}
    return {"changes": {document.uri: changes}}


def markdown(document: Document, text: str) -> Json:
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
