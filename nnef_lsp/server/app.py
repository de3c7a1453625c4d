"""The whole server: with every feature of the package beside it, on standard input and output or a TCP address.

Not here: the connection (`connection.py`), documents (`session.py`), their life (`updates.py`), answers (`features/`).
"""

from __future__ import annotations

import gc
import logging
import sys

from . import features
from .error_boundary import guarded
from .registry import COMMAND, marked
from .server import NnefServer
from .wire.framing import FramedInput
from .wire.standard_input import StandardInput


def new_server() -> NnefServer:
    """A server that answers everything that the features do."""
    server = NnefServer()
    for mark, handler in marked(features):
        register = server.command(mark.name) if mark.kind == COMMAND else server.feature(mark.name, mark.options)
        register(guarded(server, mark, handler))
    return server


def serve(tcp: tuple[str, int] | None = None) -> int:
    """Serve on standard input and output, or one client on a TCP address."""
    logging.basicConfig(
        stream=sys.stderr, level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    logging.getLogger("pygls").setLevel(logging.CRITICAL)
    gc.set_threshold(50_000, 20, 100)  # answers are large and free of cycles: looking for these only takes time
    server = new_server()
    gc.enable()
    if tcp is not None:
        server.start_tcp(*tcp)
        return 0
    logger = logging.getLogger(__name__)
    stdin = StandardInput()
    server.protocol.schedule.is_busy = stdin.is_busy
    source = FramedInput(stdin, logger.warning)
    server.serve_framed(source)
    if source.problem is not None:
        logger.error("the client sent %s; what follows cannot be understood, so the server ends", source.problem)
    return 0 if source.problem is None else 2
