"""Code actions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from ...json_data import Json, JsonObject
from ..convert import offset_of, plain_strings, workspace_edit
from ..diagnostics import analysis_of, diagnostic_json, found_in
from ..model_edits import edit_of, lacking
from ..registry import document_request, request

if TYPE_CHECKING:
    from ...ide.code_actions import Action
    from ...ide.refactoring.offers import Refactoring
    from ...rules import Diagnostic
    from ..server import NnefServer
    from ..session import Document

KINDS = [
    types.CodeActionKind.QuickFix,
    types.CodeActionKind.SourceFixAll,
    types.CodeActionKind.RefactorExtract,
    types.CodeActionKind.RefactorInline,
    types.CodeActionKind.RefactorRewrite,
]
REFACTORINGS = ("refactor.extract", "refactor.inline", "refactor.rewrite")
USUAL = ["quickfix", "refactor"]
CONTENT_MODIFIED = -32801
FEW = 400
"""Statements of a graph that is looked at as a whole though nobody says that a person waits for it: 12 ms."""


@document_request(
    types.TEXT_DOCUMENT_CODE_ACTION, types.CodeActionOptions(code_action_kinds=KINDS, resolve_provider=True)
)
def code_actions(document: Document, params: types.CodeActionParams) -> Json:
    """Without a wish in the request: fixes, and refactorings if a person asks, not the editor after each move."""
    from ...ide.code_actions import actions, fix_all, silencing

    usual = ["quickfix"] if params.context.trigger_kind == types.CodeActionTriggerKind.Automatic else USUAL
    wanted = [str(getattr(kind, "value", kind)) for kind in params.context.only or usual]
    start, end = offset_of(document, params.range.start), offset_of(document, params.range.end)
    found = found_in(document)
    analysis = analysis_of(document)
    offered: list[Action] = []

    # An editor may name more than the selection touches: Neovim means all of the line.
    named = {(offset_of(document, item.range.start), item.code) for item in params.context.diagnostics}

    def touches(item: Diagnostic) -> bool:
        return _touches(document, item, start, end) or (_begin(document, item), item.rule) in named

    if found and _wants(wanted, "quickfix"):
        offered += actions(analysis, found, touches)
    answers = [_json(document, action) for action in offered]
    if any(_wants(wanted, kind) for kind in REFACTORINGS):
        by_hand = params.context.only or params.context.trigger_kind == types.CodeActionTriggerKind.Invoked
        answers += _refactorings(document, wanted, start, end, bool(by_hand))
    if found and _wants(wanted, "source.fixAll"):
        everything = fix_all(analysis, found)
        answers += [_json(document, everything)] if everything is not None else []
    if found and _wants(wanted, "quickfix"):  # the last that anybody should think of
        answers += [_json(document, item) for item in silencing(analysis, found, touches)]
    return answers or None


def _wants(wanted: list[str], kind: str) -> bool:
    """Whether a kind is one of those asked for, or within one: `refactor` asks for `refactor.inline`."""
    return any(not asked or kind == asked or kind.startswith(f"{asked}.") for asked in wanted)


def _refactorings(document: Document, wanted: list[str], start: int, end: int, by_hand: bool) -> list[JsonObject]:
    """Refactorings at a selection; the edit of each comes with `codeAction/resolve` where the client knows that."""
    tells_why = bool(getattr(_abilities(document), "disabled_support", False))
    properties = getattr(getattr(_abilities(document), "resolve_support", None), "properties", ())
    answers: list[JsonObject] = []
    for found in _offered(document, start, end, by_hand):
        lacks = lacking(document, found)
        refused = found.refused or lacks
        if not _wants(wanted, found.kind) or (refused and not tells_why):
            continue
        answer: JsonObject = {"title": found.title, "kind": found.kind}
        if refused:
            answer["disabled"] = {"reason": refused[:1].upper() + refused[1:] + "."}
        elif "edit" in properties:
            answer["data"] = {"uri": document.uri, "version": document.version, "start": start, "end": end}
        else:
            answer["edit"] = edit_of(document, found)
        answers.append(answer)
    return answers


def _offered(document: Document, start: int, end: int, by_hand: bool = True) -> list[Refactoring]:
    from ...ide.refactoring.all_offers import refactorings
    from ...ide.refactoring.entries import sort_entries

    if document.language == "graph":
        return refactorings(document.analysis, start, end, by_hand or len(document.analysis.outcomes) <= FEW)
    sorting = sort_entries(document.quantization)
    return [sorting] if sorting is not None else []


@request(types.CODE_ACTION_RESOLVE)
def resolve(server: NnefServer, action: types.CodeAction) -> types.CodeAction | Json:
    """The edit of a refactoring that was offered for the text as it still is."""
    data: Any = action.data or {}
    document = server.session.documents.get(plain_strings(data, "uri")[0])
    start, end, version = (_whole(data, key) for key in ("start", "end", "version"))
    if document is None or start is None or end is None or version != document.version:
        raise JsonRpcException(message="The text has changed since this was offered.", code=CONTENT_MODIFIED)
    found = next((item for item in _offered(document, start, end) if item.title == action.title), None)
    if found is None or found.refused:
        raise JsonRpcException(message="This cannot be done here any more.", code=CONTENT_MODIFIED)
    return {"title": found.title, "kind": found.kind, "edit": edit_of(document, found)}


def _whole(data: Any, key: str) -> int | None:
    value = data.get(key) if isinstance(data, dict) else getattr(data, key, None)
    return value if isinstance(value, int) else None


def _abilities(document: Document) -> object:
    return getattr(getattr(document.session.abilities, "text_document", None), "code_action", None)


def _touches(document: Document, item: Diagnostic, start: int, end: int) -> bool:
    begin = _begin(document, item)
    return begin <= end and start <= begin + item.end - item.start


def _begin(document: Document, item: Diagnostic) -> int:
    return document.source.start_of(item.segment) + item.start


def _json(document: Document, action: Action) -> JsonObject:
    found: JsonObject = {"title": action.title, "kind": action.kind, "edit": workspace_edit(document, action.edits)}
    if action.kind == "quickfix":
        found["diagnostics"] = [diagnostic_json(document, item) for item in action.mends]
    if action.preferred:
        found["isPreferred"] = True
    return found
