"""The first answers, before pygls is loaded: three quarters of a start are the import of its types.

What `initialize` is answered depends on the client's capabilities alone, and is kept from the last start with the same ones.
With it a client opens its document while we load what analyses it, and its diagnostics go out before pygls is there.  Then
everything that came in is put back and read again by pygls' server, which does all that it does otherwise; only the answer
that the client has is not sent twice, and documents that are analysed already are taken over.

A client that is new, or late, or does anything else is simply pygls' from the start.

Not here: the server (`server.py`), what is kept between starts (`initialize_answers.py`).
"""

from __future__ import annotations

import json
import os
import sys
from dataclasses import dataclass
from typing import Any

from ..faults import sheltered
from ..json_data import JsonObject
from .initialize_answers import kept_answer, key_of
from .loading import load
from .session import Document, Session
from .settings import settings_from
from .wire.framing import FramedInput
from .wire.standard_input import StandardInput

FIRST, NEXT = 0.1, 0.1
"""Seconds that the client's first message and its document are waited for."""
LARGE = 100_000
"""Characters of a document that is left to the server, which opens it without keeping others waiting."""
MOST_MESSAGES = 20


@dataclass(slots=True)
class Prologue:
    """What the server takes over: the session with documents that are analysed; the number of the request `initialize`, and
    what it was answered (None: it was not); where its answer is kept."""

    session: Session
    number: Any = None
    told: JsonObject | None = None
    key: str | None = None


def begin(stdin: StandardInput, source: FramedInput) -> Prologue:
    """Answer what can be answered; all messages are still there to be read afterwards."""
    found = Prologue(Session())
    read: list[tuple[int, bytes]] = []
    sheltered("the first answers", None, _begin, found, stdin, source, read)
    stdin.put_back(b"".join(b"Content-Length: %d\r\n\r\n%b" % message for message in read))
    return found


def _begin(found: Prologue, stdin: StandardInput, source: FramedInput, read: list[tuple[int, bytes]]) -> None:
    message = _next(stdin, source, read, FIRST)
    if message is None or message.get("method") != "initialize" or "id" not in message:
        return
    params = message.get("params")
    if not isinstance(params, dict):
        return
    found.key = key_of(params.get("capabilities"))
    answer = kept_answer(found.key)
    if answer is None:
        return
    found.number, found.told = message["id"], answer
    _send({"jsonrpc": "2.0", "id": found.number, "result": answer})
    _configure(found.session, answer, params.get("initializationOptions"))
    load()
    while len(read) < MOST_MESSAGES:
        message = _next(stdin, source, read, NEXT)
        if message is None or "id" in message or message.get("method") not in _HARMLESS:
            return
        if message["method"] == "textDocument/didOpen":
            params = message.get("params")
            _opened(found.session, params.get("textDocument") if isinstance(params, dict) else None)
            return


_HARMLESS = ("initialized", "textDocument/didOpen", "$/setTrace", "workspace/didChangeConfiguration")
"""Messages that say nothing of a document, and the one that is waited for."""


def _next(
    stdin: StandardInput, source: FramedInput, read: list[tuple[int, bytes]], seconds: float
) -> dict[str, Any] | None:
    """The next message if it comes soon, in the usual form; whatever it is, it is among those that were `read`."""
    if not stdin.comes(seconds) or not stdin.has_header():
        return None
    length = 0
    while (line := source.readline()).strip():
        length = int(line.rpartition(b":")[2]) if line.startswith(b"Content-Length") else length
    body = source.read(length)
    read.append((length, body))
    try:
        message = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return message if isinstance(message, dict) else None


def _configure(session: Session, answer: JsonObject, options: Any) -> None:
    """As `features/lifecycle.py` does at `initialize`; nobody has vouched for Python of a workspace yet."""
    capabilities = answer.get("capabilities")
    encoding = capabilities.get("positionEncoding") if isinstance(capabilities, dict) else None
    session.encoding = encoding if isinstance(encoding, str) else "utf-16"
    session.settings = settings_from(options)


def _opened(session: Session, item: Any) -> None:
    """Analyse a document and tell what is wrong with it."""
    from .diagnostics import diagnostics_of

    uri, text, version = (
        (item.get(key) for key in ("uri", "text", "version")) if isinstance(item, dict) else (None,) * 3
    )
    if not isinstance(uri, str) or not isinstance(text, str) or type(version) is not int or len(text) > LARGE:
        return
    document = Document(session, uri, text, version)
    if document.language != "graph":
        return
    found = diagnostics_of(document)
    if document.asks_python or document.is_unfinished:
        return
    params: JsonObject = {"uri": uri, "diagnostics": found}
    _send(
        {
            "jsonrpc": "2.0",
            "method": "textDocument/publishDiagnostics",
            "params": {**params, "version": document.version},
        }
    )
    document.published = found
    session.adopted[uri] = document


def _send(message: JsonObject) -> None:
    body = json.dumps(message, separators=(",", ":")).encode("utf-8")
    data = memoryview(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
    while data:
        data = data[os.write(sys.stdout.fileno(), data) :]
