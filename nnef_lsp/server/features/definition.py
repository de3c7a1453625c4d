"""Go to definition: into the text, to the data file of a label, or to the declaration of a standard operation."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from lsprotocol import types
from pygls.uris import from_fs_path

from ..convert import location, offset_of, range_of
from ..registry import document_request

if TYPE_CHECKING:
    from ...ide.definition import Declared, Definition
    from ..session import Document


@document_request(types.TEXT_DOCUMENT_DEFINITION)
def definition(document: Document, params: types.DefinitionParams) -> Any:
    from ...ide.definition import definition as find

    if document.language == "quant":
        return _of_quantization(document, offset_of(document, params.position))
    found = [_location(document, item) for item in find(document.analysis, offset_of(document, params.position))]
    return [item for item in found if item is not None] or None


def _of_quantization(document: Document, offset: int) -> Any:
    """From graph.quant to the tensor in the graph, or to a declaration."""
    from ...ide.definition import Declared as Standard
    from ...ide.quantization import quant_definition

    quant = document.quantization
    found = quant_definition(quant, offset)
    if found is None or quant.graph is None:
        return None
    target = found[1]
    if isinstance(target, Standard):
        return _declared(target)
    encoding = document.session.encoding
    ends = [quant.graph.source.position_in(target.segment, at, encoding) for at in (target.start, target.end)]
    start, end = ({"line": at.line, "character": at.column} for at in ends)
    other = document.session.beside(document, "graph")
    uri = other.uri if other is not None else document.uri.rsplit("/", 1)[0] + "/graph.nnef"
    return {"uri": uri, "range": {"start": start, "end": end}}


def _declared(target: Declared) -> Any:
    start = {"line": target.line, "character": target.column}
    end = {"line": target.line, "character": target.column + target.length}
    return {"uri": from_fs_path(target.file), "range": {"start": start, "end": end}}


def _location(document: Document, item: Definition) -> Any:
    from ...ide.definition import Declared as Standard
    from ...ide.definition import Stored

    target = item.target
    if isinstance(target, Standard):
        return _declared(target)
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
