"""Document links; whether the file is there is asked when a link is followed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lsprotocol import types

from ...json_data import Json
from ..convert import plain_strings, range_of
from ..registry import document_request, request
from .definition import file_uri

if TYPE_CHECKING:
    from ..server import NnefServer
    from ..session import Document

TITLES = {"label": "Open {}.dat", "resource": "Open {}.json", "submodel": "Open the model {}"}


@document_request(types.TEXT_DOCUMENT_DOCUMENT_LINK, types.DocumentLinkOptions(resolve_provider=True), empty=[])
def document_links(document: Document, params: types.DocumentLinkParams) -> Json:
    from ...ide.names.links import links

    if document.language != "graph" or document.model_path is None:
        return []
    analysis = document.prompt_analysis  # links are about names alone
    weightless = analysis.weights.any() is not True
    return [
        {
            "range": range_of(document, place),
            "data": {"uri": document.uri, "kind": kind, "name": name},
            "tooltip": TITLES[kind].format(name),
        }
        for place, kind, name in links(analysis, labels=not weightless)
    ]


@request(types.DOCUMENT_LINK_RESOLVE)
def resolve(server: NnefServer, link: types.DocumentLink) -> types.DocumentLink:
    from ...ide.names.links import linked_file

    data: Any = link.data
    uri, kind, name = plain_strings(data, "uri", "kind", "name")
    document = server.session.documents.get(uri)
    file = linked_file(document.analysis, kind, name) if document is not None else None
    link.target = file_uri(document, file) if document is not None and file is not None else None
    return link
