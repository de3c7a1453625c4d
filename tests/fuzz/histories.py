"""Play a history (a document is opened, edited, asked about) in the server's own handlers, and judge it.

A history must raise nothing, answer nothing slowly, and end as if the text had been opened as it is now: with the same
dialect, diagnostics, facts, and answers.  A `Find` is what broke that.

Not here: making histories (`documents.py`).
"""

from __future__ import annotations

import asyncio
import json
import re
import time
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Any

from lsprotocol import types
from pygls.exceptions import JsonRpcException
from pygls.protocol import default_converter

from nnef_lsp.server import features
from nnef_lsp.server.app import new_server
from nnef_lsp.server.convert import Json
from nnef_lsp.server.diagnostics import diagnostics_of
from nnef_lsp.server.error_boundary import guarded
from nnef_lsp.server.registry import COMMAND, marked
from nnef_lsp.server.session import Document

from .hostile import Edit, applied

FOLDER = "file:///nowhere/model"
SLOW = 2.0
"""Seconds that an answer may take for each 100,000 characters begun."""
AT_A_PLACE = [
    "hover", "completion", "definition", "references", "documentHighlight", "prepareRename", "rename", "signatureHelp",
    "selectionRange",
]  # fmt: skip
OF_A_RANGE = ["codeAction", "inlayHint", "semanticTokens/range"]
OF_A_DOCUMENT = ["codeLens", "documentLink", "foldingRange", "formatting", "semanticTokens/full", "documentSymbol"]
OTHERS = [
    "nnef/graphView", "nnef/work", "nnef/dialect", "workspace/symbol", "workspace/textDocumentContent", "nnef.inputs",
    "completionItem/resolve", "documentLink/resolve", "textDocument/semanticTokens/full/delta",
]  # fmt: skip
NEW_NAMES = ["abc", "x", "y", "", "1a", "a b", "graph", "a/b", "../x", "é", "\x1b", "a'b", "i'a b'", "\ud800"]


@dataclass
class History:
    """The name of a file, the text it is opened with, edits, and requests: (after how many edits, method, params)."""

    name: str
    text: str
    edits: list[Edit] = field(default_factory=list)
    requests: list[tuple[int, str, Json]] = field(default_factory=list)

    @property
    def uri(self) -> str:
        """The document's address."""
        return f"{FOLDER}/{self.name}"


class Find(Exception):
    """What is wrong; equal kinds are one mistake."""

    def __init__(self, kind: str, detail: str) -> None:
        super().__init__(f"{kind}\n{detail}")
        self.kind, self.detail = kind, detail


class Player:
    """One server and its event loop; counts what it does."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.server = new_server()
        self.server.publish = lambda *_: None  # type: ignore[method-assign]
        self.converter = default_converter()
        self.handlers = {mark.name: (mark, guarded(self.server, mark, handler)) for mark, handler in marked(features)}
        self.counts = {"documents": 0, "edits": 0, "requests": 0, "diagnostics compared": 0, "answers compared": 0}
        self.slowest = (0.0, "")

    # -- what a client does ------------------------------------------------------------------------------------------

    def open(self, uri: str, text: str) -> Document:
        """Open a document, as the only one."""
        self.counts["documents"] += 1
        return self._opened(uri, text)

    def _opened(self, uri: str, text: str) -> Document:
        for other in list(self.server.session.documents):
            identifier = types.TextDocumentIdentifier(other)
            self._now(self.server.updates.closed, types.DidCloseTextDocumentParams(identifier))
        item = types.TextDocumentItem(uri, "nnef", 1, text)
        self._timed(
            "open", len(text), lambda: self._now(self.server.updates.opened, types.DidOpenTextDocumentParams(item))
        )
        return self.server.session.documents[uri]

    def edit(self, document: Document, edit: Edit) -> None:
        """Change a document by a range in UTF-16, as most editors do."""
        self.counts["edits"] += 1
        start, end = (_outside_of_line_end(document.source.text, offset) for offset in edit[:2])
        edit = start, end, edit[2]
        wanted = applied(document.source.text, edit)
        change = types.TextDocumentContentChangePartial(
            types.Range(_position(document, edit[0]), _position(document, edit[1])), edit[2]
        )
        identifier = types.VersionedTextDocumentIdentifier((document.version or 0) + 1, document.uri)
        params = types.DidChangeTextDocumentParams(identifier, [change])
        self._timed("change", len(wanted), lambda: self._now(self.server.updates.changed, params))
        if document.source.text != wanted:
            raise Find("text", f"{edit!r} was applied otherwise")

    def ask(self, document: Document, method: str, params: Json) -> Any:
        """The answer to a request, nearly JSON; a refusal is one too."""
        self.counts["requests"] += 1
        mark, handler = self.handlers[method]
        if mark.kind == COMMAND:
            typed: Any = types.ExecuteCommandParams(method, [params])
        elif method in types.METHOD_TO_TYPES:
            kind = types.METHOD_TO_TYPES[method][2]
            typed = self.converter.structure(params, kind) if kind is not None else params
        else:
            typed = params
        return self._timed(method, document.source.length, lambda: self._answer(handler, typed))

    def _answer(self, handler: Callable[[Any], Any], params: Any) -> Any:
        try:
            found = handler(params)
            if asyncio.iscoroutine(found):
                found = self.loop.run_until_complete(found)
        except JsonRpcException as refusal:
            return {"refused": refusal.message}
        return found

    def _now(self, function: Callable[[Any], Any], argument: Any) -> None:
        async def call() -> None:
            function(argument)

        self.loop.run_until_complete(call())

    def _timed(self, what: str, length: int, function: Callable[[], Any]) -> Any:
        begin = time.process_time()
        try:
            found = function()
        except Exception as error:
            last = [frame for frame in traceback.extract_tb(error.__traceback__) if "nnef_lsp" in frame.filename][-1:]
            where = [f"{frame.filename.rsplit('nnef_lsp', 1)[-1]}:{frame.lineno}" for frame in last]
            trace = "".join(traceback.format_exception(error))[-3000:]
            raise Find(f"crash {type(error).__name__} {''.join(where)}", f"{what}\n{trace}") from None
        took = time.process_time() - begin
        self.slowest = max(self.slowest, (took, f"{what} of {length} characters"))
        if took > SLOW * (1 + length // 100_000):
            raise Find(f"slow {what}", f"{what} took {took:.2f} s for {length} characters")
        return found

    # -- judging -----------------------------------------------------------------------------------------------------

    def play(self, history: History) -> Document:
        """Play a history up to its end; raises `Find`."""
        document = self.open(history.uri, history.text)
        for number in range(len(history.edits) + 1):
            if number:
                self.edit(document, history.edits[number - 1])
            for after, method, params in history.requests:
                if after == number:
                    self.ask(document, method, params)
        return document

    def compare(self, document: Document, requests: list[tuple[str, Json]]) -> None:
        """Everything equals what a fresh document says; raises `Find`."""
        fresh = self._opened(document.uri, document.source.text)
        self.server.session.documents[document.uri] = document
        both = document, fresh
        self.counts["diagnostics compared"] += 1
        if document.language == "graph":
            dialects = [each.analysis.dialect.name for each in both]
            _same("dialect", *dialects)
            _same("facts", *({name: repr(fact) for name, fact in each.analysis.tensors().items()} for each in both))
        told = [self._in_place(each, lambda each: sorted(map(self._plain, diagnostics_of(each)))) for each in both]
        _same("diagnostics", *told)
        for method, params in requests:
            self.counts["answers compared"] += 1
            answers = [self._in_place(each, lambda each: self.ask(each, method, params)) for each in both]  # noqa: B023
            _same(f"answer {method}", *(_without_numbers(self._plain(answer)) for answer in answers))

    def _plain(self, answer: Any) -> str:
        """An answer as JSON, to compare it."""
        return json.dumps(answer, sort_keys=True, default=self._unstructured)

    def _unstructured(self, answer: Any) -> Any:
        found = self.converter.unstructure(answer)
        return found if type(found) is not type(answer) else repr(answer)

    def _in_place(self, document: Document, function: Callable[[Document], Any]) -> Any:
        documents = self.server.session.documents
        before, documents[document.uri] = documents[document.uri], document
        try:
            return function(document)
        finally:
            documents[document.uri] = before


def _same(what: str, one: Any, other: Any) -> None:
    if one == other:
        return
    if isinstance(one, list):
        one, other = [item for item in one if item not in other], [item for item in other if item not in one]
        codes = sorted({code for item in (*one, *other) for code in re.findall(r'"code": "([\w-]+)"', item)})
        what = f"{what} {' '.join(codes)}"
    raise Find(f"differs: {what}", f"incremental: {str(one)[:2000]}\nfresh: {str(other)[:2000]}")


def _without_numbers(answer: str) -> str:
    """An answer without what counts answers."""
    return re.sub(r'"result_?[iI]d": "?\d+"?', "", answer)


def _outside_of_line_end(text: str, offset: int) -> int:
    """The offset, or the one before it between \\r and \\n, where no position is."""
    return offset - (text[max(0, offset - 1) : offset + 1] == "\r\n")


def _position(document: Document, offset: int) -> types.Position:
    place = document.source.position(offset, "utf-16")
    return types.Position(place.line, place.column)


# -- requests ----------------------------------------------------------------------------------------------------


def requests(random: Random, document: Document, methods: list[str]) -> Iterator[tuple[str, Json]]:
    """Requests of these sorts at random places."""
    identifier = {"uri": document.uri}
    for method in methods:
        params: Json = {"textDocument": identifier}
        if method in AT_A_PLACE:
            params["position"] = _anywhere(random, document)
        if method in OF_A_RANGE:
            ends = sorted(
                [_anywhere(random, document), _anywhere(random, document)], key=lambda at: (at["line"], at["character"])
            )
            whole = {"start": {"line": 0, "character": 0}, "end": {"line": 10**6, "character": 0}}
            params["range"] = whole if random.random() < 0.5 else {"start": ends[0], "end": ends[1]}
        if method == "references":
            params["context"] = {"includeDeclaration": True}
        elif method == "rename":
            params["newName"] = random.choice(NEW_NAMES)
        elif method == "selectionRange":
            params = {"textDocument": identifier, "positions": [_anywhere(random, document) for _ in range(3)]}
        elif method == "codeAction":
            params["context"] = {"diagnostics": [], "only": random.choice([None, ["source.fixAll"], ["quickfix"]])}
        elif method == "formatting":
            params["options"] = {"tabSize": random.choice([1, 2, 4]), "insertSpaces": True}
        elif method == "textDocument/semanticTokens/full/delta":
            params["previousResultId"] = random.choice(["", "1", "x"])
        elif method == "workspace/symbol":
            params = {"query": random.choice(["", "x", "con", "\ud800"])}
        elif method == "workspace/textDocumentContent":
            path = document.uri[len("file://") :]
            params = {
                "uri": random.choice(
                    [f"nnef-flat:{path}", f"nnef-report:{path}.md", "nnef-rule:x", f"nnef-flat:{path}.md"]
                )
            }
        elif method == "nnef.inputs":
            params = {"uri": document.uri}
        elif method == "completionItem/resolve":
            params = {"label": random.choice(["conv", "x", "tract_core_scan"]), "data": {"operation": "conv"}}
        elif method == "documentLink/resolve":
            params = {"range": {"start": _anywhere(random, document), "end": _anywhere(random, document)},
                      "data": {"kind": "label", "name": random.choice(["a", "../x", "\0"]), "uri": document.uri}}  # fmt: skip
        yield (method if method in OTHERS else f"textDocument/{method}"), params


def _anywhere(random: Random, document: Document) -> dict[str, int]:
    if random.random() < 0.03:
        return {"line": random.choice([0, 5, 10**6, 2**31 - 1]), "character": random.choice([0, 3, 10**6, 2**31 - 1])}
    place = document.source.position(random.randrange(document.source.length + 1), "utf-16")
    return {"line": place.line, "character": place.column}
