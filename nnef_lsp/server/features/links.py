"""Document links; whether the file is there is asked when a link is followed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lsprotocol import types

from ..convert import plain_strings, range_of
from ..registry import document_request, request
from .definition import stored_uri

if TYPE_CHECKING:
    from ..app import NnefServer
    from ..session import Document


@document_request(types.TEXT_DOCUMENT_DOCUMENT_LINK, types.DocumentLinkOptions(resolve_provider=True), empty=[])
def document_links(document: Document, params: types.DocumentLinkParams) -> Any:
    from ...ide.links import links

    if document.language != "graph" or document.model_path is None or document.analysis.weights.any() is not True:
        return []
    return [
        {"range": range_of(document, place), "data": {"uri": document.uri, "label": label}, "tooltip": f"Open {label}.dat"}
        for place, label in links(document.analysis)
    ]


@request(types.DOCUMENT_LINK_RESOLVE)
def resolve(server: NnefServer, link: types.DocumentLink) -> Any:
    data: Any = link.data
    uri, label = plain_strings(data, "uri", "label")
    document = server.session.documents.get(uri)
    link.target = stored_uri(document, label) if document is not None else None
    return link
