"""Semantic tokens of a document or of the lines that are seen; what changed since the last answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from ..registry import document_request

if TYPE_CHECKING:
    from ..convert import Plain
    from ..session import Document

LEGEND = types.SemanticTokensLegend(
    token_types=[
        "function",
        "variable",
        "parameter",
        "property",
        "type",
        "namespace",
        "macro",
        "keyword",
        "string",
        "number",
    ],
    token_modifiers=["declaration", "definition", "readonly", "defaultLibrary", "deprecated"],
)


@document_request(types.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL, LEGEND)
def full(document: Document, params: types.SemanticTokensParams) -> Plain:
    return {"data": _remembered(document, _tokens(document)), "resultId": _name(document)}


@document_request(types.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL_DELTA, LEGEND)
def delta(document: Document, params: types.SemanticTokensDeltaParams) -> Plain:
    """The middle that differs: what stays at the beginning and at the end is not sent again."""
    before: list[int] | None = document.tokens.get(params.previous_result_id)
    data = _remembered(document, _tokens(document))
    if before is None:
        return {"data": data, "resultId": _name(document)}
    start, most = 0, min(len(before), len(data))
    while start < most and before[start] == data[start]:
        start += 1
    end = 0
    while end < most - start and before[-1 - end] == data[-1 - end]:
        end += 1
    edits: list[Plain] = []
    if start < len(before) - end or start < len(data) - end:
        edits.append({"start": start, "deleteCount": len(before) - end - start, "data": data[start : len(data) - end]})
    return {"resultId": _name(document), "edits": edits}


@document_request(types.TEXT_DOCUMENT_SEMANTIC_TOKENS_RANGE, LEGEND)
def range_(document: Document, params: types.SemanticTokensRangeParams) -> Plain:
    return {"data": _tokens(document, params.range.start.line, params.range.end.line)}


def _tokens(document: Document, first: int = 0, last: int | None = None) -> list[int]:
    from ...ide.views.semantic import semantic_tokens

    analysis = document.prompt_analysis if document.language == "graph" else None
    return semantic_tokens(analysis, document.source, document.session.encoding, first, last)


def _name(document: Document) -> str:
    return str(document.version)


def _remembered(document: Document, data: list[int]) -> list[int]:
    document.tokens = {_name(document): data}
    return data
