"""The server as the features see it: a connection, and the life of its documents.

Not here: which features there are (`app.py`).
"""

from __future__ import annotations

from .connection import Connection
from .session import Session
from .updates import Updates


class NnefServer(Connection):
    """The language server for NNEF."""

    def __init__(self, session: Session | None = None) -> None:
        super().__init__(session)
        self.updates = self.protocol.documents = Updates(self)
