"""Code actions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from ..convert import Json, Plain, offset_of, workspace_edit
from ..diagnostics import analysis_of, diagnostic_json, found_in
from ..registry import document_request

if TYPE_CHECKING:
    from ...ide.code_actions import Action
    from ...rules import Diagnostic
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


@document_request(types.TEXT_DOCUMENT_CODE_ACTION, types.CodeActionOptions(code_action_kinds=KINDS))
def code_actions(document: Document, params: types.CodeActionParams) -> Plain:
    """Without a wish in the request: fixes, and refactorings if a person asks, not the editor after each move."""
    from ...ide.code_actions import actions, fix_all

    usual = ["quickfix"] if params.context.trigger_kind == types.CodeActionTriggerKind.Automatic else USUAL
    wanted = [str(getattr(kind, "value", kind)) for kind in params.context.only or usual]
    start, end = offset_of(document, params.range.start), offset_of(document, params.range.end)
    found = found_in(document)
    analysis = analysis_of(document)
    offered: list[Action] = []
    if found and _wants(wanted, "quickfix"):
        offered += actions(analysis, found, lambda item: _touches(document, item, start, end))
    answers = [_json(document, action) for action in offered]
    if any(_wants(wanted, kind) for kind in REFACTORINGS) and document.language == "graph":
        answers += _refactorings(document, wanted, start, end)
    if found and _wants(wanted, "source.fixAll"):
        everything = fix_all(analysis, found)
        answers += [_json(document, everything)] if everything is not None else []
    return answers or None


def _wants(wanted: list[str], kind: str) -> bool:
    """Whether a kind is one of those asked for, or within one: `refactor` asks for `refactor.inline`."""
    return any(not asked or kind == asked or kind.startswith(f"{asked}.") for asked in wanted)


def _refactorings(document: Document, wanted: list[str], start: int, end: int) -> list[Json]:
    from ...ide.refactoring.all_offers import refactorings

    tells_why = bool(getattr(_abilities(document), "disabled_support", False))
    answers: list[Json] = []
    for found in refactorings(document.analysis, start, end):
        if _wants(wanted, found.kind) and (tells_why or not found.refused):
            answer: Json = {"title": found.title, "kind": found.kind}
            if found.refused:
                answer["disabled"] = {"reason": found.refused[:1].upper() + found.refused[1:] + "."}
            else:
                answer["edit"] = workspace_edit(document, found.edits)
            answers.append(answer)
    return answers


def _abilities(document: Document) -> object:
    return getattr(getattr(document.session.abilities, "text_document", None), "code_action", None)


def _touches(document: Document, item: Diagnostic, start: int, end: int) -> bool:
    begin = document.source.start_of(item.segment)
    return begin + item.start <= end and start <= begin + item.end


def _json(document: Document, action: Action) -> Json:
    found: Json = {"title": action.title, "kind": action.kind, "edit": workspace_edit(document, action.edits)}
    if action.kind == "quickfix":
        found["diagnostics"] = [diagnostic_json(document, item) for item in action.mends]
    if action.preferred:
        found["isPreferred"] = True
    return found
