"""The one place where a failing request is caught: logged with what is needed to repeat it, answered with nothing.

Not here: errors that an answer is made of (those are values), cancellation (pygls answers it).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Any

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from ..faults import fault
from .connection import Connection
from .registry import DOCUMENT, Mark
from .wire.schedule import uri_of

logger = logging.getLogger(__name__)


def guarded(server: Connection, mark: Mark, handler: Callable[..., Any]) -> Callable[[Any], Any]:
    """The handler as pygls calls it."""
    if asyncio.iscoroutinefunction(handler):

        async def asynchronous(params: Any) -> Any:
            subject = _subject(server, mark, params)
            if subject is None:
                return mark.empty
            try:
                return await handler(subject, params)
            except (JsonRpcException, asyncio.CancelledError):
                raise
            except Exception as error:
                return _failed(server, mark, params, error)

        return asynchronous

    def synchronous(params: Any) -> Any:
        subject = _subject(server, mark, params)
        if subject is None:
            return mark.empty
        try:
            return handler(subject, params)
        except JsonRpcException:
            raise
        except Exception as error:
            return _failed(server, mark, params, error)

    return synchronous


def _subject(server: Connection, mark: Mark, params: Any) -> Any:
    """What the handler gets first: the document if it is about one (None if that is not open), else the server."""
    if mark.kind != DOCUMENT:
        return server
    document = server.session.documents.get(uri_of(params) or "")
    if document is not None:
        server.session.latest = document.uri
    return document


def _failed(server: Connection, mark: Mark, params: Any, error: Exception) -> Any:
    report(server, mark.name, params, error)
    return mark.empty


def report(server: Connection, what: str, params: Any, error: Exception) -> None:
    """To stderr with the traceback, to the editor's log with what to repeat; raises the error in a strict run."""
    uri = uri_of(params)
    document = server.session.documents.get(uri or "")
    version = f" version {document.version}" if document else ""
    place = f" at {params.position.line}:{params.position.character}" if hasattr(params, "position") else ""
    about = f"{what} for {uri or 'no document'}{version}{place}"
    noted = fault(about, error)
    summary = f"{about} failed: {noted.error} ({noted.where}); 'nnef-lsp bug-report' packs what repeats it"
    try:
        server.window_log_message(types.LogMessageParams(types.MessageType.Error, summary))
    except Exception:
        logger.error("the editor could not be told that %s", summary)
