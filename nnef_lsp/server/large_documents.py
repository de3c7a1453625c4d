"""Large documents are opened beside the event loop, so that the editor is listened to in the meantime.

Reading a text of a megabyte takes a quarter of a second.  It is done in a thread; whatever the client says of that
document until then (edits, questions, that it is closed) is held back and handled in order when the document is there,
and all else is handled at once.  (Tried and given up: analysing in slices on the loop, since an editor's first questions
need the whole analysis and so wait for the end of it anyway, with the loop.)

Not here: small documents, edits, publishing (`updates.py`).
"""

from __future__ import annotations

import asyncio
import gc
import sys
import threading
from collections.abc import Callable
from typing import Any

from lsprotocol import types

from ..json_data import JsonObject
from .connection import Connection
from .error_boundary import report
from .session import Document
from .wire.schedule import uri_of

LARGE = 400_000
"""Characters from which on a document is opened in a thread: 60 ms."""
SWITCH = 0.0005
"""Seconds after which the thread lets the loop go on."""


class Openings:
    """Documents that are being opened, and what the client has said of them since.

    `finished` is told of each that has been opened, with its diagnostics; None if they are not known yet.
    """

    def __init__(self, server: Connection, finished: Callable[[Document, list[JsonObject] | None], None]) -> None:
        self.server, self.finished = server, finished
        self.held: dict[str, list[Any]] = {}

    def begin(self, item: types.TextDocumentItem) -> None:
        """Open a document in a thread."""
        self.held[item.uri] = []
        sys.setswitchinterval(SWITCH)
        loop = asyncio.get_running_loop()
        # a daemon, so that a server may end while a document is being opened
        threading.Thread(target=self._open, args=(item, loop), daemon=True, name="opening").start()

    def holds(self, message: Any) -> bool:
        """Whether a message is about a document that is not there yet; it is kept then."""
        if not self.held:
            return False
        params = getattr(message, "params", None)
        if getattr(message, "method", "") == types.CANCEL_REQUEST:
            return self._cancelled(getattr(params, "id", None))
        held = self.held.get(uri_of(params) or "")
        if held is None:
            return False
        held.append(message)
        return True

    def _cancelled(self, number: Any) -> bool:
        """Answer a held request that the client gives up."""
        for held in self.held.values():
            for message in held:
                if getattr(message, "id", None) == number:
                    held.remove(message)
                    self.server.protocol.refuse(number, types.LSPErrorCodes.RequestCancelled, "cancelled")
                    return True
        return False

    def _open(self, item: types.TextDocumentItem, loop: asyncio.AbstractEventLoop) -> None:
        """In the thread: all that takes long."""
        from .diagnostics import diagnostics_of, syntax_of

        document, found, failure = None, None, None
        settings = self.server.session.settings
        gc.disable()  # see `Updates.opened`
        try:
            document = Document(self.server.session, item.uri, item.text, item.version)
            document.published = syntax_of(document) or None  # mistakes of syntax are known long before the others
            if document.published:
                loop.call_soon_threadsafe(self.server.publish, item.uri, item.version, document.published)
            found = diagnostics_of(document)
        except Exception as error:
            failure = error
        finally:
            gc.enable()
        if document is not None and settings != self.server.session.settings:
            document.forget()
            found = None
        loop.call_soon_threadsafe(self._opened, item, document, found, failure)

    def _opened(self, item: Any, document: Document | None, found: Any, failure: Exception | None) -> None:
        """On the loop again: the document is there."""
        gc.freeze()
        if failure is not None:
            report(self.server, "opening", types.DidOpenTextDocumentParams(item), failure)
        if document is not None:
            self.server.session.documents[item.uri] = document
            self.finished(document, found)
        self._catch_up(item.uri)

    def _catch_up(self, uri: str) -> None:
        """Handle what was held back, with a turn of the loop after each: some answers begin only then."""
        if self.held[uri]:
            self.server.protocol.handle_now(self.held[uri].pop(0))
            asyncio.get_running_loop().call_soon(self._catch_up, uri)
            return
        del self.held[uri]
        if not self.held:
            sys.setswitchinterval(0.005)
