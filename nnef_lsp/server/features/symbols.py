"""Document symbols, and symbols of all open documents.  Json dictionaries: there may be ten thousand of them."""

from __future__ import annotations

from functools import partial
from json import dumps
from typing import TYPE_CHECKING, Any

from lsprotocol import types
from pygls.uris import to_fs_path

from ...json_data import Json, JsonObject
from ..registry import document_request, request
from ..wire.rendered import Rendered
from ..workspace_index import OpenText

if TYPE_CHECKING:
    from ...ide.names.workspace import Symbol
    from ...ide.views.outline import Entry
    from ..server import NnefServer
    from ..session import Document

KINDS = {
    "fragment": 12,
    "graph": 2,
    "input": 8,
    "variable": 14,
    "constant": 14,
    "tensor": 13,
    "property": 7,
    "quantization": 20,
}
MOST = 500


@document_request(types.TEXT_DOCUMENT_DOCUMENT_SYMBOL, empty=[])
def document_symbols(document: Document, params: types.DocumentSymbolParams) -> Json:
    symbols = getattr(getattr(document.session.abilities, "text_document", None), "document_symbol", None)
    if not getattr(symbols, "hierarchical_document_symbol_support", False):
        return [_flat(document.uri, item, inside) for item, inside in _all(_entries(document))]
    if document.language == "quant":
        return [_nested(entry) for entry in _entries(document)]
    return _kept(document)


def _kept(document: Document) -> Rendered:
    """The symbols of a graph as JSON, where only what an edit touched is written anew."""
    from ...ide.text.blocks import Kept
    from ...ide.views.outline import outline_in_runs

    kept = document.kept.setdefault("symbols", Kept(by_facts=True))
    found = outline_in_runs(document.analysis, document.session.encoding, kept, _written_all, _Run)
    return Rendered([b"[", *_joined(found), b"]"])


class _Run:
    """The symbols of some statements as JSON, for any line that the first of them may begin on."""

    __slots__ = ("at", "symbols", "text")

    def __init__(self, statements: list[tuple[int, list[tuple[str, tuple[int, ...]]]]]) -> None:
        self.symbols = [(line, *symbol) for line, symbols in statements for symbol in symbols]
        self.at, self.text = -1, b""

    def on(self, line: int) -> bytes:
        """The JSON where the first of the lines is this one."""
        if line != self.at:
            self.at = line
            pieces = [_with_lines(text, lines, line + first) for first, text, lines in self.symbols]
            self.text = ",".join(pieces).encode("ascii")
        return self.text


def _with_lines(text: str, lines: tuple[int, ...], first: int) -> str:
    """A symbol's JSON with its lines, which are counted from one."""
    if lines[0] == lines[1] == lines[2] == lines[3]:
        return text.replace("\0", str(first + lines[0]))
    pieces = text.split("\0")
    return pieces[0] + "".join([f"{first + line}{piece}" for line, piece in zip(lines, pieces[1:])])


def _written_all(entries: list[Entry]) -> list[tuple[str, tuple[int, ...]]]:
    return [(_written(item), (item.start[0], item.end[0], item.name_start[0], item.name_end[0])) for item in entries]


def _written(entry: Entry) -> str:
    """A symbol without children as JSON, its lines left open: four times as fast as dictionaries and `json.dumps`."""
    name, kind, detail, start, end, name_start, name_end, _ = entry
    more = f',"detail":{dumps(detail)}' if detail else ""
    return (
        f'{{"name":{dumps(name or "?")},"kind":{KINDS[kind]}'
        f',"range":{{"start":{{"line":\0,"character":{start[1]}}},"end":{{"line":\0,"character":{end[1]}}}}}'
        f',"selectionRange":{{"start":{{"line":\0,"character":{name_start[1]}}},"end":{{"line":\0,"character":{name_end[1]}}}}}'
        f"{more}}}"
    )


def _joined(items: list[Any]) -> list[bytes]:
    """Entries and runs of entries as the items of a list in JSON, in pieces."""
    pieces: list[bytes] = []
    for item in items:
        if isinstance(item[1], _Run):
            found = [item[1].on(item[0])]
        else:
            found = [_Run([(0, _written_all([item]))]).on(0)]
            if item.children:
                found = [found[0][:-1] + b',"children":[', *_joined(item.children), b"]}"]
        if found[0]:
            pieces += [b",", *found] if pieces else found
    return pieces


def _entries(document: Document) -> list[Entry]:
    from ...ide.views.outline import outline, quant_outline

    if document.language == "quant":
        return quant_outline(document.quantization, document.session.encoding)
    return outline(document.analysis, document.session.encoding)


def _nested(entry: Entry) -> JsonObject:
    name, kind, detail, start, end, name_start, name_end, children = entry
    found: JsonObject = {
        "name": name or "?",
        "kind": KINDS[kind],
        "range": {"start": {"line": start[0], "character": start[1]}, "end": {"line": end[0], "character": end[1]}},
        "selectionRange": {
            "start": {"line": name_start[0], "character": name_start[1]},
            "end": {"line": name_end[0], "character": name_end[1]},
        },
    }
    if detail:
        found["detail"] = detail
    if children:
        found["children"] = [_nested(child) for child in children]
    return found


def _flat(uri: str, entry: Entry, inside: str) -> JsonObject:
    span = {
        "start": {"line": entry.name_start[0], "character": entry.name_start[1]},
        "end": {"line": entry.name_end[0], "character": entry.name_end[1]},
    }
    found: JsonObject = {"name": entry.name or "?", "kind": KINDS[entry.kind], "location": {"uri": uri, "range": span}}
    return {**found, "containerName": inside} if inside else found


def _all(entries: list[Entry]) -> list[tuple[Entry, str]]:
    return [pair for entry in entries for pair in [(entry, ""), *((child, entry.name) for child in entry.children)]]


@request(types.WORKSPACE_SYMBOL, types.WorkspaceSymbolOptions(work_done_progress=True))
async def workspace_symbols(server: NnefServer, params: types.WorkspaceSymbolParams) -> Json:
    """Names in all graphs of the workspace that have the letters of the query, the best fits first."""
    from ...ide.names.workspace import search

    index = server.session.index
    index.encoding = server.session.encoding
    progress = _Reading(server, params.work_done_token)
    folders = [path for uri in _folders(server) if (path := to_fs_path(uri))]
    try:
        await index.ready(folders, progress.report)
    finally:
        progress.end()
    graphs = [
        OpenText(document.uri, (id(document), document.version), partial(_text, document))
        for document in server.session.documents.values()
        if document.language == "graph"
    ]
    found = [_symbol(hit.key, hit.symbol) for hit in search(params.query, index.all(graphs).items(), MOST)]
    for document in server.session.documents.values():
        if document.language == "quant":
            wanted = params.query.lower()
            entries = (pair for pair in _all(_entries(document)) if wanted in pair[0].name.lower())
            found += [_flat(document.uri, entry, inside) for entry, inside in entries]
    return found[:MOST]


def _text(document: Document) -> str:
    return document.source.text


def _folders(server: NnefServer) -> list[str]:
    """The addresses of the folders of the workspace: none before `initialize` has told them."""
    try:
        workspace = server.workspace
    except RuntimeError:
        return []
    return [*workspace.folders] or ([workspace.root_uri] if workspace.root_uri else [])


def _symbol(uri: str, symbol: Symbol) -> JsonObject:
    start, end = ({"line": symbol.line, "character": at} for at in (symbol.column, symbol.end))
    found: JsonObject = {
        "name": symbol.name or "?",
        "kind": KINDS[symbol.kind],
        "location": {"uri": uri, "range": {"start": start, "end": end}},
    }
    return {**found, "containerName": symbol.inside} if symbol.inside else found


class _Reading:
    """Progress of the first reading, where the client asked for it."""

    def __init__(self, server: NnefServer, token: str | int | None) -> None:
        self.server, self.token = server, token
        self._begun = self._ended = False

    def report(self, done: int, of: int) -> None:
        if self.token is None or self._ended:
            return
        progress, share = self.server.work_done_progress, 100 * done // max(of, 1)
        if not self._begun:
            self._begun = True
            progress.begin(self.token, types.WorkDoneProgressBegin("Reading graphs of the workspace", percentage=share))
        else:
            told = types.WorkDoneProgressReport(message=f"{done}/{of}", percentage=share)
            progress.report(self.token, told)

    def end(self) -> None:
        self._ended = True
        if self._begun and self.token is not None:
            self.server.work_done_progress.end(self.token, types.WorkDoneProgressEnd())
            self.server.work_done_progress.tokens.pop(self.token, None)
