"""Inlay hints: shapes, and after a run the time of each statement until the next edit."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from lsprotocol import types

from ...json_data import JsonObject
from ..convert import position_of
from ..registry import document_request

if TYPE_CHECKING:
    from ...syntax.segments import Segment
    from ..session import Document

TYPE_KIND = 1


@document_request(types.TEXT_DOCUMENT_INLAY_HINT, empty=[])
def inlay_hint(document: Document, params: types.InlayHintParams) -> list[JsonObject]:
    from ...ide.views.inlay import hint_text, shape_hints

    settings = document.session.settings
    if document.language != "graph" or (settings.shapes == "off" and not settings.times):
        return []
    visible = _visible(document, params.range.start.line, params.range.end.line)
    hints: list[JsonObject] = [
        {
            "position": position_of(document, place.segment, place.end),
            "label": f": {hint_text(value)}",
            "kind": TYPE_KIND,
        }
        for place, value in shape_hints(
            document.prompt_analysis, iter(visible if settings.shapes != "off" else ()), settings.shapes == "all"
        )
    ]
    seconds = document.memory.get("seconds", {}) if settings.times else {}
    for segment in visible if seconds else []:
        took = sum(seconds.get(name, 0.0) for name in segment.defines)
        if took:
            end = position_of(document, segment, len(segment.text.rstrip()))
            hints.append({"position": end, "label": time_text(took), "paddingLeft": True, "tooltip": "in the last run"})
    return hints


def _visible(document: Document, first: int, last: int) -> list[Segment]:
    """The statements of the graph that the client asks for, whose facts are up to date then; those below may not be."""
    from ...syntax.structure import following

    source, analysis = document.source, document.prompt_analysis
    begin = source.segment_at(source.line_start(min(first, source.line_count - 1)))
    found: list[Segment] = []
    line = source.line_of(begin) if begin is not None else 0
    for segment in chain([begin], following(source, begin)) if begin is not None else ():
        if line > last:
            break
        line += segment.newlines
        if segment in analysis.outcomes or segment in analysis.waiting:
            found.append(segment)
    if found:
        analysis.settle(found[-1])
    return found


def time_text(seconds: float) -> str:
    """ "1.3 ms"."""
    for size, unit in ((1.0, "s"), (1e-3, "ms")):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds * 1e6:.0f} µs"
