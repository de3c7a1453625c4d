"""Go to definition: into the text, to the data file of a label, or to the declaration of a standard operation."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from lsprotocol import types
from pygls.uris import from_fs_path

from ..convert import location, offset_of, range_of
from ..registry import document_request

if TYPE_CHECKING:
    from ...ide.definition import Definition
    from ..session import Document


@document_request(types.TEXT_DOCUMENT_DEFINITION)
def definition(document: Document, params: types.DefinitionParams) -> Any:
    from ...ide.definition import definition as find

    if document.language != "graph":
        return None
    found = [_location(document, item) for item in find(document.analysis, offset_of(document, params.position))]
    return [item for item in found if item is not None] or None


def _location(document: Document, item: Definition) -> Any:
    from ...ide.definition import Declared, Stored

    target = item.target
    if isinstance(target, Declared):
        start = {"line": target.line, "character": target.column}
        end = {"line": target.line, "character": target.column + target.length}
        return {"uri": from_fs_path(target.file), "range": {"start": start, "end": end}}
    if isinstance(target, Stored):
        uri = stored_uri(document, target.label)
        nowhere = {"line": 0, "character": 0}
        return uri and {"uri": uri, "range": {"start": nowhere, "end": nowhere}}
    if not _knows_links(document):
        return location(document, target)
    there = range_of(document, target)
    return {
        "originSelectionRange": range_of(document, item.origin),
        "targetUri": document.uri, "targetRange": there, "targetSelectionRange": there,
    }  # fmt: skip


def stored_uri(document: Document, label: str) -> str | None:
    """The address of the data file of a label, None if the model has no such file."""
    if document.analysis.weights is None or document.weights is None or not document.weights.model.has(label):
        return None
    if document.uri.startswith("nnef-archive:"):
        return document.uri.rsplit("/", 1)[0] + f"/{label}.dat"
    uri: str | None = from_fs_path(os.path.join(document.model_path or "", *(label + ".dat").split("/")))
    return uri


def _knows_links(document: Document) -> bool:
    abilities = getattr(document.session.abilities, "text_document", None)
    return bool(getattr(getattr(abilities, "definition", None), "link_support", False))
