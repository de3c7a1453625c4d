"""The server itself: a connection with the life of its documents, and every feature of the package beside it.

Not here: the connection (`connection.py`), documents (`session.py`), their life (`updates.py`), answers (`features/`).
"""

from __future__ import annotations

import gc
import logging
import sys

from .connection import Connection
from .error_boundary import guarded
from .registry import COMMAND, marked
from .updates import Updates


class NnefServer(Connection):
    """The language server for NNEF."""

    def __init__(self) -> None:
        super().__init__()
        self.updates = self.protocol.documents = Updates(self)
        for mark, handler in marked():
            register = self.command(mark.name) if mark.kind == COMMAND else self.feature(mark.name, mark.options)
            register(guarded(self, mark, handler))


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
