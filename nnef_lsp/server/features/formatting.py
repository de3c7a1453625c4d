"""Formatting of documents, of ranges, and of what was just typed, with the editor's indentation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from ...json_data import Json, JsonObject
from ...syntax.lines import units
from ..convert import offset_of
from ..registry import document_request

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ...ide.text.formatting import Replacement
    from ...syntax.printer import Style
    from ..session import Document

WIDEST = 16
"""Columns of a level of indentation; who asks for more gets these."""


@document_request(types.TEXT_DOCUMENT_FORMATTING)
def formatting(document: Document, params: types.DocumentFormattingParams) -> Json:
    from ...ide.text.formatting import formatting as edits

    return _json(document, edits(document.source, _style(params.options)))


@document_request(types.TEXT_DOCUMENT_RANGE_FORMATTING, types.DocumentRangeFormattingOptions(ranges_support=True))
def range_formatting(document: Document, params: types.DocumentRangeFormattingParams) -> Json:
    return _json(document, _in_ranges(document, [params.range], params.options))


@document_request(types.TEXT_DOCUMENT_RANGES_FORMATTING)
def ranges_formatting(document: Document, params: types.DocumentRangesFormattingParams) -> Json:
    return _json(document, _in_ranges(document, params.ranges, params.options))


@document_request(
    types.TEXT_DOCUMENT_ON_TYPE_FORMATTING,
    types.DocumentOnTypeFormattingOptions(first_trigger_character=";", more_trigger_character=["\n", "}"]),
)
def on_type_formatting(document: Document, params: types.DocumentOnTypeFormattingParams) -> Json:
    from ...ide.text.formatting import on_type_formatting as edits

    offset = offset_of(document, params.position)
    if params.ch == "\n":
        offset = document.source.line_start(params.position.line)
    return _json(document, edits(document.source, offset, params.ch, _style(params.options)))


def _in_ranges(
    document: Document, ranges: Iterable[types.Range], options: types.FormattingOptions
) -> list[Replacement]:
    from ...ide.text.formatting import range_formatting as edits

    found: set[Replacement] = set()
    for span in ranges:
        start, end = offset_of(document, span.start), offset_of(document, span.end)
        if span.end.character == 0 and end > start:
            end -= 1  # a selection of whole lines ends before the first character of the next
        found.update(edits(document.source, start, end, _style(options)))
    edits_in_order: list[Replacement] = []
    for edit in sorted(found):
        if not edits_in_order or edit.start >= edits_in_order[-1].end:
            edits_in_order.append(edit)
    return edits_in_order


def _style(options: types.FormattingOptions) -> Style:
    from ...syntax.printer import Style

    size = max(1, min(WIDEST, options.tab_size))
    return Style(" " * size if options.insert_spaces else "\t", size)


def _json(document: Document, edits: list[Replacement]) -> list[JsonObject] | None:
    """Edits in order as the protocol has them, in one walk over the text."""
    if not edits:
        return None
    text, encoding = document.source.text, document.session.encoding
    line = begin = at = 0
    found: list[JsonObject] = []

    def position(offset: int) -> JsonObject:
        nonlocal line, begin, at
        newlines = text.count("\n", at, offset)
        if newlines:
            line, begin = line + newlines, text.rindex("\n", at, offset) + 1
        at = offset
        return {"line": line, "character": units(text[begin:offset], encoding)}

    for edit in edits:
        start = position(edit.start)
        found.append({"range": {"start": start, "end": position(edit.end)}, "newText": edit.text})
    return found
