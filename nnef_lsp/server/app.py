"""The whole server: with every feature of the package beside it.

Not here: starting it (`start.py`), the connection (`connection.py`), documents (`session.py`), their life (`updates.py`), answers (`features/`).
"""

from __future__ import annotations

from . import features
from .error_boundary import guarded
from .registry import COMMAND, marked
from .server import NnefServer
from .session import Session


def new_server(session: Session | None = None) -> NnefServer:
    """A server that answers everything that the features do, and goes on with a session if one is given."""
    server = NnefServer(session)
    for mark, handler in marked(features):
        register = server.command(mark.name) if mark.kind == COMMAND else server.feature(mark.name, mark.options)
        register(guarded(server, mark, handler))
    return server
