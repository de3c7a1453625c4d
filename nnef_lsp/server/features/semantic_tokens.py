"""Semantic tokens of a document or of the lines that are seen; what changed since the last answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from ...json_data import Json
from ..registry import document_request

if TYPE_CHECKING:
    from ...model.analysis.analysis import Analysis
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
def full(document: Document, params: types.SemanticTokensParams) -> Json:
    return {"data": _flat(_remembered(document)), "resultId": _name(document)}


@document_request(types.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL_DELTA, LEGEND)
def delta(document: Document, params: types.SemanticTokensDeltaParams) -> Json:
    """The middle that differs: what stays at the beginning and at the end is not sent again, nor even compared but for
    the blocks that differ."""
    before: list[Tokens] | None = document.tokens.get(params.previous_result_id)
    now = _remembered(document)
    if before is None:
        return {"data": _flat(now), "resultId": _name(document)}
    first, most = 0, min(len(before), len(now))
    while first < most and _same(before[first], now[first]):
        first += 1
    last = 0
    while last < most - first and _same(before[-1 - last], now[-1 - last]):
        last += 1
    skipped = sum(5 + len(others) for _, others in now[:first])
    old, new = _flat(before[first : len(before) - last]), _flat(now[first : len(now) - last])
    start = _common(old, new, min(len(old), len(new)))
    end = _common(old[::-1], new[::-1], min(len(old), len(new)) - start)
    edits: list[Json] = []
    if start < len(old) - end or start < len(new) - end:
        middle = new[start : len(new) - end]
        edits.append({"start": skipped + start, "deleteCount": len(old) - end - start, "data": middle})
    return {"resultId": _name(document), "edits": edits}


@document_request(types.TEXT_DOCUMENT_SEMANTIC_TOKENS_RANGE, LEGEND)
def range_(document: Document, params: types.SemanticTokensRangeParams) -> Json:
    from ...ide.views.semantic import semantic_tokens

    lines = params.range.start.line, params.range.end.line
    return {"data": semantic_tokens(_analysis(document), document.source, document.session.encoding, *lines)}


Tokens = tuple[tuple[int, ...], list[int]]
"""The first token of a block, and the others."""


def _same(one: Tokens, other: Tokens) -> bool:
    return one[0] == other[0] and (one[1] is other[1] or one[1] == other[1])


def _common(one: list[int], other: list[int], most: int) -> int:
    """Length of the longest common beginning up to a length, by halving: lists are compared faster than numbers."""
    low, high = 0, most
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _flat(blocks: list[Tokens]) -> list[int]:
    found: list[int] = []
    for first, others in blocks:
        found += first
        found += others
    return found


def _analysis(document: Document) -> Analysis | None:
    return document.prompt_analysis if document.language == "graph" else None


def _name(document: Document) -> str:
    return str(document.version)


def _remembered(document: Document) -> list[Tokens]:
    """The tokens as they are now, remembered as those that the client has."""
    from ...ide.text.blocks import Kept
    from ...ide.views.semantic import token_blocks

    kept = document.kept.setdefault("tokens", Kept())
    found = list(token_blocks(_analysis(document), document.source, document.session.encoding, kept))
    document.tokens = {_name(document): found}
    return found
