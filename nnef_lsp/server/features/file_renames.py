"""Files of a model that a person renames in the editor: the strings in graphs that name them follow.

Graphs are those that are open, and those on the disk in the folders above the file.

Not here: a rename that begins at the string (`rename.py`).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import unquote

from lsprotocol import types
from pygls.uris import from_fs_path, to_fs_path

from ...json_data import Json, JsonObject
from ..companion import Graph, range_in
from ..registry import request

if TYPE_CHECKING:
    from ..server import NnefServer

LEVELS = 4
"""Folders above a file in which its graph is looked for."""
FILES = types.FileOperationRegistrationOptions(
    [
        types.FileOperationFilter(types.FileOperationPattern(glob), scheme="file")
        for glob in ("**/*.dat", "**/*.json", "**/*.nnef.tgz", "**/*.nnef.tar")
    ]
)


@request(types.WORKSPACE_WILL_RENAME_FILES, FILES)
def will_rename(server: NnefServer, params: types.RenameFilesParams) -> Json:
    from ...ide.names.rename import follow_file

    changes: dict[str, list[JsonObject]] = {}
    for file in params.files:
        for graph in _graphs(server, file.old_uri):
            folder = graph.uri.rsplit("/", 1)[0] + "/"
            if file.old_uri.startswith(folder) and file.new_uri.startswith(folder):
                old, new = (unquote(uri[len(folder) :]) for uri in (file.old_uri, file.new_uri))
                edits = follow_file(graph.analysis, old, new)
                written: list[JsonObject] = [
                    {"range": range_in(graph, edit.place, server.session.encoding), "newText": edit.text}
                    for edit in edits
                ]
                if written:
                    changes.setdefault(graph.uri, []).extend(written)
    return {"changes": changes} if changes else None


def _graphs(server: NnefServer, uri: str) -> Iterator[Graph]:
    """The graphs that may name a file."""
    documents = server.session.documents
    for document in documents.values():
        if document.language == "graph" and document.uri.startswith("file:"):
            yield Graph(document.uri, document.version, document.analysis)
    path = to_fs_path(uri)
    for _ in range(LEVELS if path else 0):
        path = os.path.dirname(path or "")
        graph = _on_disk(os.path.join(path, "graph.nnef"))
        if graph is not None and graph.uri not in documents:
            yield graph


def _on_disk(path: str) -> Graph | None:
    from ...archive import ArchiveError, open_model
    from ...model.analysis.analysis import Analysis
    from ...syntax.source import Source

    if not os.path.isfile(path):
        return None
    try:
        text = open_model(path).graph_text()
    except ArchiveError:
        return None
    return Graph(from_fs_path(path) or "", None, Analysis(Source(text)))
