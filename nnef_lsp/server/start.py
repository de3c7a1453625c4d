"""Starting the server, on standard input and output or for one client on a TCP address.

What a client waits for comes first: see `prologue.py`.  pygls is loaded after it.

Not here: what the server is made of (`app.py`).
"""

from __future__ import annotations

import gc
import logging
import sys
from typing import Any

from .prologue import Prologue, begin
from .wire.framing import FramedInput
from .wire.standard_input import StandardInput


def serve(tcp: tuple[str, int] | None = None) -> int:
    """Serve until the client says exit, or is gone; 2 for input that nobody can understand."""
    logging.basicConfig(
        stream=sys.stderr, level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    logging.getLogger("pygls").setLevel(logging.CRITICAL)
    gc.set_threshold(50_000, 20, 100)  # answers are large and free of cycles: looking for these only takes time
    if tcp is not None:
        from .app import new_server

        server = new_server()
        gc.enable()
        server.start_tcp(*tcp)
        return 0
    logger = logging.getLogger(__name__)
    stdin = StandardInput()
    source = FramedInput(stdin, logger.warning)
    before = begin(stdin, source)
    from .app import new_server

    server = new_server(before.session)
    gc.enable()
    server.protocol.schedule.is_busy = stdin.is_busy
    server.protocol.answered = _Answered(before)
    server.serve_framed(source)
    if source.problem is not None:
        logger.error("the client sent %s; what follows cannot be understood, so the server ends", source.problem)
    return 0 if source.problem is None else 2


class _Answered:
    """Told of the answer to `initialize`: kept for the next start; not sent if the client has it."""

    def __init__(self, before: Prologue) -> None:
        self.before = before

    def __call__(self, number: Any, answer: str) -> bool:
        import json

        from .initialize_answers import keep_answer

        told, key = self.before.told, self.before.key
        if key is not None and json.loads(answer) != told:
            keep_answer(key, answer)
            if told is not None:
                logging.getLogger(__name__).error(
                    "the client was answered as the last start answered it, which is not true any more"
                )
        return told is not None and number == self.before.number
