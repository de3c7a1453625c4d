"""Go to definition: into the text, to the data file of a label, or to the declaration of a standard operation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types
from pygls.uris import from_fs_path

from ...json_data import Json, JsonObject
from ..companion import archive_uri, graph_of, location_in, sibling
from ..convert import location, offset_of, range_of
from ..registry import document_request

if TYPE_CHECKING:
    from ...ide.names.definition import Declared, Definition, InModel
    from ..session import Document


@document_request(types.TEXT_DOCUMENT_DEFINITION)
@document_request(types.TEXT_DOCUMENT_DECLARATION)
@document_request(types.TEXT_DOCUMENT_IMPLEMENTATION)
def definition(document: Document, params: types.TextDocumentPositionParams) -> Json:
    """A name has one place that introduces it, which is its declaration too; what implements an operation is its
    declaration, where its body is or its formula."""
    from ...ide.names.definition import definition as find

    if document.language == "quant":
        return _of_quantization(document, offset_of(document, params.position))
    found = [_location(document, item) for item in find(document.analysis, offset_of(document, params.position))]
    return [item for item in found if item is not None] or None


def _of_quantization(document: Document, offset: int) -> Json:
    """From graph.quant to the tensor in the graph, or to a declaration."""
    from ...ide.names.definition import Declared as Standard
    from ...ide.quantization import quant_definition

    found = quant_definition(document.quantization, offset)
    if found is None:
        return None
    target = found[1]
    if isinstance(target, Standard):
        return _declared(target)
    graph = graph_of(document)
    return graph and location_in(graph, target, document.session.encoding)


def _declared(target: Declared) -> Json:
    start = {"line": target.line, "character": target.column}
    end = {"line": target.line, "character": target.column + target.length}
    return {"uri": from_fs_path(target.file), "range": {"start": start, "end": end}}


def _location(document: Document, item: Definition) -> Json:
    from ...ide.names.definition import Declared as Standard
    from ...ide.names.definition import InModel

    target = item.target
    if isinstance(target, Standard):
        return _declared(target)
    if isinstance(target, InModel):
        return _in_model(document, target)
    if not _knows_links(document):
        return location(document, target)
    there = range_of(document, target)
    return {
        "originSelectionRange": range_of(document, item.origin),
        "targetUri": document.uri,
        "targetRange": there,
        "targetSelectionRange": there,
    }


def _in_model(document: Document, target: InModel) -> Json:
    """A place in another file of the model."""
    start, end = (_position(target.text, at, document.session.encoding) for at in (target.start, target.end))
    uri = file_uri(document, target.file)
    return uri and {"uri": uri, "range": {"start": start, "end": end}}


def _position(text: str, offset: int, encoding: str) -> JsonObject:
    from ...syntax.lines import units

    begin = text.rfind("\n", 0, offset) + 1
    return {"line": text.count("\n", 0, offset), "character": units(text[begin:offset], encoding)}


def file_uri(document: Document, file: str) -> str | None:
    """The address of a file of the model; of an archive that is another model, of the graph in it."""
    return archive_uri(document, file) if file.endswith((".nnef.tgz", ".nnef.tar")) else sibling(document, file)


def _knows_links(document: Document) -> bool:
    abilities = getattr(document.session.abilities, "text_document", None)
    return bool(getattr(getattr(abilities, "definition", None), "link_support", False))
