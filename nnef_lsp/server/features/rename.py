"""Rename, and whether it is possible: in the graph, in graph.quant beside it, and of the files that a label names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from ...json_data import Json, JsonObject
from ..companion import graph_of, quantization_of, range_in, sibling
from ..convert import offset_of, range_of
from ..model_edits import does, edit_abilities
from ..registry import document_request
from ..session import ARCHIVE_SCHEME

if TYPE_CHECKING:
    from ...ide.names.rename import Moved
    from ...ide.text.place import Edit
    from ..companion import Graph, Quantization
    from ..session import Document

REQUEST_FAILED = -32803


@document_request(types.TEXT_DOCUMENT_PREPARE_RENAME)
def prepare_rename(document: Document, params: types.PrepareRenameParams) -> Json:
    from ...ide.names.rename import Refused, renamable
    from ...ide.quantization import quant_renamable

    offset = offset_of(document, params.position)
    try:
        if document.language == "quant":
            place = quant_renamable(document.quantization, offset).place
        else:
            place = renamable(document.analysis, offset)
    except Refused:
        return None
    return {"range": range_of(document, place), "placeholder": place.text}


@document_request(types.TEXT_DOCUMENT_RENAME)
def rename(document: Document, params: types.RenameParams) -> Json:
    from ...ide.names.rename import Refused

    try:
        return _edit(document, offset_of(document, params.position), params.new_name)
    except Refused as reason:
        text = str(reason)
        raise JsonRpcException(message=text[:1].upper() + text[1:] + ".", code=REQUEST_FAILED) from None


def _edit(document: Document, offset: int, name: str) -> JsonObject:
    from ...ide.names.mentions import symbol_at
    from ...ide.names.rename import Refused, rename, renamed_file
    from ...ide.quantization import quant_edits, quant_rename

    graph, quantization = graph_of(document), quantization_of(document)
    in_quant: list[Edit] = []
    moved: Moved | None = None
    if document.language == "quant":
        in_quant, in_graph = quant_rename(document.quantization, offset, name)
    else:
        in_graph = rename(document.analysis, offset, name)
        symbol = symbol_at(document.analysis, offset)
        if quantization is not None and symbol is not None and in_graph:
            in_quant = quant_edits(quantization.analysis, symbol, name)
        moved = renamed_file(document.analysis, offset, name)
    if moved is not None and not _moves_files(document):
        raise Refused(
            f"this editor does not rename the file '{moved.old}' along, and without it the label means nothing"
        )
    texts = [
        (text, edits) for text, edits in ((graph, in_graph), (quantization, in_quant)) if text is not None and edits
    ]
    return _workspace_edit(document, texts, moved)


def _moves_files(document: Document) -> bool:
    """Whether the client renames files as part of an edit, which says too that it knows edits in order; in an archive
    nobody does."""
    return does(document, "rename") and not document.uri.startswith(ARCHIVE_SCHEME)


def _workspace_edit(
    document: Document, texts: list[tuple[Graph | Quantization, list[Edit]]], moved: Moved | None
) -> JsonObject:
    encoding = document.session.encoding
    changes: list[tuple[Graph | Quantization, list[JsonObject]]] = [
        (text, [{"range": range_in(text, edit.place, encoding), "newText": edit.text} for edit in edits])
        for text, edits in texts
    ]
    if moved is None and not _knows_versions(document):
        return {"changes": {text.uri: edits for text, edits in changes}}
    parts: list[JsonObject] = [
        {"textDocument": {"uri": text.uri, "version": text.version}, "edits": edits} for text, edits in changes
    ]
    if moved is not None:
        parts.append({"kind": "rename", "oldUri": sibling(document, moved.old), "newUri": sibling(document, moved.new)})
    return {"documentChanges": parts}


def _knows_versions(document: Document) -> bool:
    return bool(getattr(edit_abilities(document), "document_changes", False))
