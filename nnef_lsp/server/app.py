"""The server itself: pygls' server with our protocol, our documents, and every feature of the package beside it.

Not here: documents (`session.py`), their life (`updates.py`), answers (`features/`).
"""

from __future__ import annotations

import gc
import logging
import sys
from typing import Any

from pygls.exceptions import FeatureRequestError
from pygls.lsp.server import LanguageServer
from pygls.protocol import default_converter

from nnef_lsp import __version__

from .error_boundary import guarded
from .protocol import Protocol
from .registry import COMMAND, marked
from .session import Session
from .updates import Updates


class NnefServer(LanguageServer):
    """The language server for NNEF."""

    protocol: Protocol

    def __init__(self) -> None:
        super().__init__("nnef-lsp", __version__, protocol_cls=Protocol, converter_factory=default_converter)
        self.session = Session()
        self.updates = Updates(self)
        for mark, handler in marked():
            register = self.command(mark.name) if mark.kind == COMMAND else self.feature(mark.name, mark.options)
            register(guarded(self, mark, handler))

    def publish(self, uri: str, version: int | None, diagnostics: list[dict[str, Any]]) -> None:
        """Tell the editor what is wrong with a document."""
        params = {"uri": uri, "diagnostics": diagnostics, **({} if version is None else {"version": version})}
        self.protocol.notify("textDocument/publishDiagnostics", params)

    def report_server_error(self, error: Exception, source: Any) -> None:
        """Errors outside of requests go to the log; a message box at every stray message would be no help."""
        if source is FeatureRequestError:
            return  # the client has been told
        logging.getLogger(__name__).error("%s: %s", getattr(source, "__name__", source), error)


def serve(tcp: tuple[str, int] | None = None) -> int:
    """Serve on standard input and output, or one client on a TCP address."""
    logging.basicConfig(
        stream=sys.stderr, level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    logging.getLogger("pygls").setLevel(logging.CRITICAL)
    gc.set_threshold(50_000, 20, 100)  # answers are large and free of cycles: looking for these only takes time
    server = NnefServer()
    if tcp is not None:
        server.start_tcp(*tcp)
    else:
        server.start_io()
    return 0
