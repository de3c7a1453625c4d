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

KINDS = [types.CodeActionKind.QuickFix, types.CodeActionKind.SourceFixAll]


@document_request(types.TEXT_DOCUMENT_CODE_ACTION, types.CodeActionOptions(code_action_kinds=KINDS))
def code_actions(document: Document, params: types.CodeActionParams) -> Plain:
    from ...ide.code_actions import actions, fix_all

    found = found_in(document)
    if not found:
        return None
    analysis = analysis_of(document)
    wanted = [str(getattr(kind, "value", kind)) for kind in params.context.only or ["quickfix"]]
    offered: list[Action] = []
    if any("quickfix".startswith(kind) for kind in wanted):
        start, end = offset_of(document, params.range.start), offset_of(document, params.range.end)
        offered += actions(analysis, found, lambda item: _touches(document, item, start, end))
    if any("source.fixAll".startswith(kind) for kind in wanted):
        everything = fix_all(analysis, found)
        offered += [everything] if everything is not None else []
    return [_json(document, action) for action in offered]


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
