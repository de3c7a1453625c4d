"""The life of documents: opened, edited, saved, closed, and when their diagnostics are published.

An edit is followed and published at once; only where that took long before (an edit of a fragment in a large document)
the next ones wait for a pause in typing.  What is published is always about the text as the client has it.

Not here: what is wrong (`rules`), diagnostics as the protocol has them (`diagnostics.py`).
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import time
from typing import Any

from lsprotocol import types

from ..json_data import JsonObject
from .connection import Connection
from .error_boundary import report
from .garbage import Garbage, segments_of
from .large_documents import LARGE, Openings
from .loading import warm_up
from .refused import changed as changed_text
from .refused import too_long
from .session import Document
from .settings import obey_limits, settings_from

SLOW = 0.025
"""Seconds of our own work that an update may take before the next one waits for a pause."""
PAUSE = 0.06
"""Seconds without an edit that count as a pause."""
FEW = 20
"""Edits that come together and are followed one by one; more of them make one analysis from nothing."""
IDLE = 0.04
"""Seconds after an edit until the facts far below it are brought up to date."""
BATCH = 800
"""Statements that are brought up to date before the editor is listened to again."""


class Updates:
    """Follows what the client does to documents."""

    def __init__(self, server: Connection) -> None:
        self.server = server
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self._took: dict[str, float] = {}
        self._refused: dict[str, str] = {}
        """Texts that are above the limit, by URI: the client has them open, and we do not."""
        self.openings = Openings(server, self.finished)
        self.garbage = Garbage(lambda: sum(map(segments_of, server.session.documents.values())))

    def opened(self, params: types.DidOpenTextDocumentParams) -> None:
        """A document is the client's from now on."""
        item = params.text_document
        lost = self.server.session.documents.get(item.uri)
        if lost is not None:
            gc.unfreeze()  # a client that opens a document again has lost the one that is frozen
            self.garbage.closed(lost)
        self._refused.pop(item.uri, None)
        if len(item.text) > LARGE:
            self._open_large(item)
            return
        started = time.perf_counter()
        gc.disable()  # the analysis makes a million objects that stay; looking through them again and again helps nobody
        try:
            document = self._adopted(item) or Document(self.server.session, item.uri, item.text, item.version)
            self.server.session.documents[item.uri] = document
            self.server.session.latest = document.uri
            self._publish(document)
        finally:
            gc.enable()
        if time.perf_counter() - started > SLOW:
            gc.freeze()
        self._took.pop(document.uri, None)  # how long it takes to open says nothing of an edit

    def _adopted(self, item: types.TextDocumentItem) -> Document | None:
        """The same document if it was analysed before the server was loaded."""
        known = self.server.session.adopted.pop(item.uri, None)
        return known if known is not None and known.source.text == item.text and known.version == item.version else None

    def _open_large(self, item: types.TextDocumentItem) -> None:
        """In a thread; not at all above the limit for texts, which is the one that holds for files."""
        reason = too_long(len(item.text))
        if reason is None:
            warm_up()  # here: what is loaded and made once is not made by two threads at a time
            self.openings.begin(item)
        else:
            self._refuse(item.uri, item.version, item.text, reason)

    def _refuse(self, uri: str, version: int | None, text: str, reason: str) -> None:
        """Keep a text that is above the limit, and say so."""
        document = self.server.session.documents.pop(uri, None)
        self._cancel(uri)
        self._refused[uri] = text
        start: JsonObject = {"line": 0, "character": 0}
        found: JsonObject = {
            "range": {"start": start, "end": start},
            "severity": 1,
            "code": "limit",
            "source": "nnef",
            "message": reason,
        }
        self.server.publish(uri, version, [found])
        if document is not None:
            gc.unfreeze()
            self.garbage.closed(document)

    def finished(self, document: Document, found: list[JsonObject] | None) -> None:
        """A large document has been opened with these diagnostics; None if they are not known yet."""
        if found is None:
            self._publish(document)
        else:
            self._tell(document, found)

    def changed(self, params: types.DidChangeTextDocumentParams) -> None:
        """Apply edits, in order."""
        encoding, item = self.server.session.encoding, params.text_document
        document = self.server.session.documents.get(item.uri)
        if document is None:
            if item.uri in self._refused:
                text = changed_text(self._refused.pop(item.uri), params.content_changes, encoding)
                self.opened(
                    types.DidOpenTextDocumentParams(types.TextDocumentItem(item.uri, "nnef", item.version, text))
                )
            return
        longest = document.source.length + sum(len(change.text) for change in params.content_changes)
        if longest > LARGE and too_long(longest) is not None and self._grown_too_long(document, params):
            return
        slow = self._took.get(document.uri, 0.0) > SLOW
        for number, change in enumerate(params.content_changes):
            if number and not slow and len(params.content_changes) <= FEW:
                with contextlib.suppress(Exception):  # what fails here fails again, and is told, when it is published
                    _ = document.prompt_analysis
            if isinstance(change, types.TextDocumentContentChangePartial):
                first, last = change.range.start, change.range.end
                start = document.source.offset(first.line, first.character, encoding)
                end = start if first == last else document.source.offset(last.line, last.character, encoding)
                document.edit(document.source.edit(start, end, change.text))
            else:
                document.edit(document.source.replace(change.text))
        document.version = params.text_document.version
        self.garbage.leave(len(params.content_changes))
        self.server.session.latest = document.uri
        if slow:
            self._later(document, PAUSE)
        else:
            self._publish(document)

    def _grown_too_long(self, document: Document, params: types.DidChangeTextDocumentParams) -> bool:
        """Whether edits make a text longer than the limit; it is given up as a document then."""
        text = changed_text(document.source.text, params.content_changes, self.server.session.encoding)
        reason = too_long(len(text))
        if reason is not None:
            self._refuse(document.uri, params.text_document.version, text, reason)
        return reason is not None

    def closed(self, params: types.DidCloseTextDocumentParams) -> None:
        """Forget a document; its file may be another now, so nothing is said of it any more."""
        uri = params.text_document.uri
        document = self.server.session.documents.pop(uri, None)
        self._cancel(uri)
        self._took.pop(uri, None)
        if self._refused.pop(uri, None) is not None or (document is not None and document.published):
            self.server.publish(uri, None, [])
        if document is not None and document.language == "quant":
            self._others(document)  # the file counts again
        gc.unfreeze()
        if document is not None:
            self.garbage.closed(document)

    def holds(self, message: Any) -> bool:
        """Whether a message is kept back for now, because its document is still being opened."""
        return self.openings.holds(message)

    def refresh(self, document: Document) -> None:
        """Something outside of the text has changed: files or settings."""
        document.forget()
        self._publish(document)
        self.ask_again()

    def refresh_custom(self) -> None:
        """Rules in Python have answered or changed, or may be asked now: documents whose projects have some are looked at
        anew."""
        for document in list(self.server.session.documents.values()):
            if document.asks_python:
                self.refresh(document)

    def publish(self, document: Document) -> None:
        """Something else than the text has changed what is to be said of it."""
        if document.uri in self.server.session.documents:
            self._publish(document)

    def ask_again(self) -> None:
        """Clients ask for what stands in the text when the text changes; tell them when something else did."""
        abilities = getattr(self.server.session.abilities, "workspace", None)
        for name, refresh in (
            ("inlay_hint", self.server.workspace_inlay_hint_refresh),
            ("code_lens", self.server.workspace_code_lens_refresh),
        ):
            if getattr(getattr(abilities, name, None), "refresh_support", False):
                refresh(None)

    def configure(self, options: Any) -> None:
        """New settings."""
        settings = settings_from(options)
        if settings == self.server.session.settings:
            return
        if settings.limits != self.server.session.settings.limits:
            obey_limits(settings.limits)
            for uri, text in list(self._refused.items()):
                self.opened(types.DidOpenTextDocumentParams(types.TextDocumentItem(uri, "nnef", 0, text)))
        self.server.session.settings = settings
        for document in list(self.server.session.documents.values()):
            self.refresh(document)

    # -- publishing --------------------------------------------------------------------------------------------------

    def _later(self, document: Document, seconds: float) -> None:
        self._cancel(document.uri)
        loop = asyncio.get_running_loop()
        self._timers[document.uri] = loop.call_later(seconds, self._publish, document)

    def _cancel(self, uri: str) -> None:
        timer = self._timers.pop(uri, None)
        if timer is not None:
            timer.cancel()

    def _publish(self, document: Document) -> None:
        """Bring the analysis up to date and tell the client what is wrong, if that is not what it knows."""
        from .diagnostics import diagnostics_of

        self._cancel(document.uri)
        started = time.process_time()
        try:
            found = diagnostics_of(document)
        except Exception as error:
            report(
                self.server,
                "diagnostics",
                types.DocumentDiagnosticParams(types.TextDocumentIdentifier(document.uri)),
                error,
            )
            return
        self._took[document.uri] = time.process_time() - started
        self._tell(document, found)

    def _tell(self, document: Document, found: list[JsonObject]) -> None:
        """Tell the client what is wrong, if that is not what it knows; then go on with what was left over."""
        if found != document.published:
            self.server.publish(document.uri, document.version, found)
            document.published = found
        if document.is_unfinished:
            self._timers[document.uri] = asyncio.get_running_loop().call_later(IDLE, self._go_on, document)
        else:
            self._others(document)

    def _go_on(self, document: Document) -> None:
        """Follow more of an edit while nothing else happens, and say what came of it at the end."""
        self._timers.pop(document.uri, None)
        if document.prompt_analysis.finish(BATCH):
            self._publish(document)
        else:
            self._timers[document.uri] = asyncio.get_running_loop().call_later(0.001, self._go_on, document)

    def _others(self, document: Document) -> None:
        """A quantization file is about the graph beside it, saved or not, and the graph's data are what it says."""
        if document.language == "graph":
            other = self.server.session.beside(document, "quant")
            if other is not None:
                self._later(other, IDLE)
        else:
            graph = self.server.session.beside(document, "graph")
            if graph is not None and graph.quantized_anew:
                self.refresh(graph)
