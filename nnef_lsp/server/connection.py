"""The connection to one client: pygls' server with our protocol, the client's session, and what is told unasked.

Not here: the features that answer requests (`app.py`), the life of its documents (`updates.py`).
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import sys
import threading
import time
from typing import Any

from pygls.exceptions import FeatureRequestError
from pygls.io_ import StdoutWriter, run_async
from pygls.lsp.server import LanguageServer
from pygls.protocol import default_converter

from nnef_lsp.version import __version__

from ..json_data import JsonObject
from .session import Session
from .wire.framing import FramedInput
from .wire.protocol import Protocol
from .wire.reader import PromptReader

LAST = 10.0
"""Seconds for an orderly end."""
PIPE = 1 << 20
"""Bytes of answers that may wait for the client to read them."""


class Connection(LanguageServer):
    """What every part of the server needs: the session, and ways to speak to the client."""

    protocol: Protocol

    def __init__(self, session: Session | None = None) -> None:
        super().__init__("nnef-lsp", __version__, protocol_cls=Protocol, converter_factory=default_converter)
        self.session = session or Session()

    def serve_framed(self, source: FramedInput) -> None:
        """`start_io` of pygls on input that is read on the event loop where it can be."""
        self._stop_event = threading.Event()
        _widen(sys.stdout.fileno())
        self.protocol.set_writer(StdoutWriter(sys.stdout.buffer))
        reader = PromptReader(source, self.thread_pool, _end_at_last)
        try:
            asyncio.run(run_async(self._stop_event, reader, self.protocol, error_handler=self.report_server_error))
        except BrokenPipeError:
            logging.getLogger(__name__).error("the client is gone")
        except (KeyboardInterrupt, SystemExit):
            pass
        finally:
            self.shutdown()  # type: ignore[no-untyped-call]

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


def _end_at_last() -> None:
    """The client is gone.  What runs is cancelled and waited for; what does not end in `LAST` seconds, a thread that hangs or a
    process that nobody can wait for, does not keep this one alive.  Workers end when their input does."""

    def end() -> None:
        time.sleep(LAST)
        logging.getLogger(__name__).error("something still runs %g s after the client has gone; the server ends", LAST)
        os._exit(1)

    threading.Thread(target=end, daemon=True).start()


def _widen(file: int) -> None:
    """Let a large answer go out in few pieces, where standard output is a pipe: usually that holds 64 KiB, and server and
    client wait for each other as often as these are in two megabytes of symbols."""
    with contextlib.suppress(ImportError, AttributeError, OSError):
        import fcntl

        fcntl.fcntl(file, fcntl.F_SETPIPE_SZ, PIPE)
