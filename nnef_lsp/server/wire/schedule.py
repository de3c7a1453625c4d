"""What waits: answers that an editor asks for anew after every edit, behind all that a person waits for.

VS Code asks for outline, colours, folding, lenses, links, hints and actions after each key.  These wait until nothing
else has come in for a moment, so that a hover or the next key that was sent behind them comes first; an edit answers
those about the text before it with `ContentModified`, which editors take as "ask again".

Not here: reading messages and handling them (`protocol.py`).
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

from lsprotocol import types

ASKED_AGAIN = frozenset(
    {
        types.TEXT_DOCUMENT_CODE_ACTION,
        types.TEXT_DOCUMENT_CODE_LENS,
        types.TEXT_DOCUMENT_DOCUMENT_HIGHLIGHT,
        types.TEXT_DOCUMENT_DOCUMENT_LINK,
        types.TEXT_DOCUMENT_DOCUMENT_SYMBOL,
        types.TEXT_DOCUMENT_FOLDING_RANGE,
        types.TEXT_DOCUMENT_INLAY_HINT,
        types.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL,
        types.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL_DELTA,
        types.TEXT_DOCUMENT_SEMANTIC_TOKENS_RANGE,
    }
)
EDITS = (types.TEXT_DOCUMENT_DID_CHANGE, types.TEXT_DOCUMENT_DID_CLOSE)
MOMENT = 0.001
"""Seconds without a message after which waiting requests are answered."""
HOPS = 4
"""Turns of the loop after that, in which answers that are ready go out: a hover is a task with callbacks."""
SLICE = 0.02
"""Seconds of answers after which the loop does what else there is to do."""


class Schedule:
    """Requests that wait.  `handle` answers one, `refuse` says that it will not be answered: number, code, why."""

    def __init__(self, handle: Callable[[Any], None], refuse: Callable[[Any, int, str], None]) -> None:
        self.handle, self.refuse = handle, refuse
        self.waiting: list[Any] = []
        self.is_busy: Callable[[], bool] = lambda: False
        """Whether another message is there to be read, if the transport can tell."""
        self._timer: asyncio.TimerHandle | None = None

    def takes(self, message: Any) -> bool:
        """Look at a message that has come in; whether it waits from now on, or has been dealt with."""
        method = getattr(message, "method", "")
        if self.waiting or method in ASKED_AGAIN:
            self._wait()
        if method in ASKED_AGAIN and getattr(message, "id", None) is not None:
            self.waiting.append(message)
            return True
        if method in EDITS:
            uri = uri_of(message.params)
            self._give_up(
                lambda other: uri_of(other.params) == uri,
                types.LSPErrorCodes.ContentModified,
                "the document has changed since this was asked",
            )
        elif method == types.CANCEL_REQUEST:
            number = message.params.id
            return self._give_up(lambda other: other.id == number, types.LSPErrorCodes.RequestCancelled, "cancelled")
        elif method == types.SHUTDOWN:
            self._give_up(lambda other: True, types.LSPErrorCodes.RequestCancelled, "the server is shutting down")
        return False

    def _give_up(self, pointless: Callable[[Any], bool], code: int, why: str) -> bool:
        found = [message for message in self.waiting if pointless(message)]
        self.waiting = [message for message in self.waiting if message not in found]
        for message in found:
            self.refuse(message.id, code, why)
        return bool(found)

    def _next(self) -> int:
        """Which answer is next: symbols last, megabytes that a client goes through before it reads on."""
        others = (at for at, each in enumerate(self.waiting) if each.method != types.TEXT_DOCUMENT_DOCUMENT_SYMBOL)
        return next(others, 0)

    def _wait(self) -> None:
        """Begin the moment anew."""
        if self._timer is not None:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_later(MOMENT, self._turn, HOPS)

    def _turn(self, hops: int) -> None:
        """Answer for a short time, or until something comes in, in the order of the questions but for the longest answer."""
        if hops:
            self._timer = asyncio.get_running_loop().call_later(0, self._turn, hops - 1)
            return
        self._timer = None
        end = time.perf_counter() + SLICE
        while self.waiting and time.perf_counter() < end and not self.is_busy():
            self.handle(self.waiting.pop(self._next()))
        if self.waiting:
            self._wait()


def uri_of(params: Any) -> str | None:
    """The document that a request is about; requests beyond the protocol come without its types."""
    document = getattr(params, "text_document", None) or getattr(params, "textDocument", None)
    return getattr(document, "uri", None)
