"""The connection to one client: pygls' server with our protocol, the client's session, and what is told unasked.

Not here: the features that answer requests (`app.py`), the life of its documents (`updates.py`).
"""

from __future__ import annotations

import logging
from typing import Any

from pygls.exceptions import FeatureRequestError
from pygls.lsp.server import LanguageServer
from pygls.protocol import default_converter

from nnef_lsp import __version__

from ..json_data import JsonObject
from .session import Session
from .wire.protocol import Protocol


class Connection(LanguageServer):
    """What every part of the server needs: the session, and ways to speak to the client."""

    protocol: Protocol

    def __init__(self) -> None:
        super().__init__("nnef-lsp", __version__, protocol_cls=Protocol, converter_factory=default_converter)
        self.session = Session()

    def publish(self, uri: str, version: int | None, diagnostics: list[JsonObject]) -> None:
        """Tell the editor what is wrong with a document."""
        params = {"uri": uri, "diagnostics": diagnostics, **({} if version is None else {"version": version})}
        self.protocol.notify("textDocument/publishDiagnostics", params)

    def report_server_error(self, error: Exception, source: Any) -> None:
        """Errors outside of requests go to the log; a message box at every stray message would be no help."""
        if source is FeatureRequestError:
            return  # the client has been told
        logging.getLogger(__name__).error("%s: %s", getattr(source, "__name__", source), error)
        if isinstance(error, (ValueError, RecursionError)):  # not JSON: nobody knows whose answer this is
            self.protocol.tell_unreadable(f"a message that is not JSON: {error}")
