"""Rename, and whether it is possible."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from ..convert import offset_of, range_of, workspace_edit
from ..registry import document_request

if TYPE_CHECKING:
    from ..session import Document

REQUEST_FAILED = -32803


@document_request(types.TEXT_DOCUMENT_PREPARE_RENAME)
def prepare_rename(document: Document, params: types.PrepareRenameParams) -> Any:
    from ...ide.rename import Refused, renamable

    if document.language != "graph":
        return None
    try:
        place = renamable(document.analysis, offset_of(document, params.position))
    except Refused:
        return None
    return {"range": range_of(document, place), "placeholder": place.text}


@document_request(types.TEXT_DOCUMENT_RENAME)
def rename(document: Document, params: types.RenameParams) -> Any:
    from ...ide.rename import Refused
    from ...ide.rename import rename as edits_for

    if document.language != "graph":
        return None
    try:
        edits = edits_for(document.analysis, offset_of(document, params.position), params.new_name)
    except Refused as reason:
        text = str(reason)
        raise JsonRpcException(message=text[:1].upper() + text[1:] + ".", code=REQUEST_FAILED) from None
    return workspace_edit(document, edits)
