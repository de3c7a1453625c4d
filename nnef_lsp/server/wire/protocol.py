"""pygls' protocol with what it does per message taken out where that grows with the document.

pygls keeps every document's text and patches it at each change, which is linear in its length; here documents are
`Source` objects in `session.py`, and pygls keeps none.  Answers may be plain dictionaries as the protocol's
specification writes them: they go to JSON as they are (10,000 document symbols: 23 ms instead of 170).

Not here: any feature.
"""

from __future__ import annotations

import asyncio
import inspect
import json
import logging
from collections.abc import Callable, Generator
from typing import Any
from typing import Protocol as Interface

from lsprotocol import types
from pygls.exceptions import JsonRpcException, JsonRpcInternalError, JsonRpcInvalidParams
from pygls.protocol import LanguageServerProtocol, lsp_method

from .rendered import Rendered
from .schedule import Schedule

logger = logging.getLogger(__name__)

PROTOCOL = 1
"""Version of the additions in `docs/protocol.md`."""


class _Refused:
    """Stands for a message that could not be understood; its request has been answered with an error."""


class Documents(Interface):
    """What keeps the client's documents (`updates.py`)."""

    def opened(self, params: types.DidOpenTextDocumentParams) -> None: ...

    def changed(self, params: types.DidChangeTextDocumentParams) -> None: ...

    def closed(self, params: types.DidCloseTextDocumentParams) -> None: ...

    def holds(self, message: Any) -> bool:
        """Whether a message is kept back for now, because its document is still being opened."""
        ...


class Protocol(LanguageServerProtocol):
    """The protocol of our server; whoever makes it sets `documents` before the first message comes."""

    documents: Documents

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.schedule = Schedule(self.handle_now, self.refuse)
        self.answered: Callable[[Any, str], bool] | None = None
        """Told of the answer to `initialize`, as JSON; whether the client has it already."""

    @lsp_method(types.INITIALIZE)
    def lsp_initialize(self, params: types.InitializeParams) -> Generator[Any, Any, types.InitializeResult]:
        result = yield from super().lsp_initialize(params)
        requests = sorted(method for method in self.fm.features if method.startswith("nnef/"))
        contents = self.fm.feature_options.get(types.WORKSPACE_TEXT_DOCUMENT_CONTENT)
        if result.capabilities.workspace is not None and isinstance(contents, types.TextDocumentContentOptions):
            result.capabilities.workspace.text_document_content = contents  # pygls does not know of it yet
        result.capabilities.experimental = {"nnef": {"protocol": PROTOCOL, "requests": requests}}
        return result

    # -- documents are ours ----------------------------------------------------------------------------------------

    @lsp_method(types.TEXT_DOCUMENT_DID_OPEN)
    def lsp_text_document__did_open(self, params: types.DidOpenTextDocumentParams) -> None:
        self.documents.opened(params)

    @lsp_method(types.TEXT_DOCUMENT_DID_CHANGE)
    def lsp_text_document__did_change(self, params: types.DidChangeTextDocumentParams) -> None:
        self.documents.changed(params)

    @lsp_method(types.TEXT_DOCUMENT_DID_CLOSE)
    def lsp_text_document__did_close(self, params: types.DidCloseTextDocumentParams) -> None:
        self.documents.closed(params)

    # -- commands --------------------------------------------------------------------------------------------------

    @lsp_method(types.WORKSPACE_EXECUTE_COMMAND)
    async def lsp_workspace__execute_command(  # type: ignore[override]
        self, params: types.ExecuteCommandParams
    ) -> Any:
        """Commands get the whole request (its progress token too), and end when the request is cancelled."""
        handler = self.fm.commands.get(params.command)
        if handler is None:
            raise JsonRpcInvalidParams(message=f"there is no command '{params.command}'")
        return await handler(params)

    # -- messages --------------------------------------------------------------------------------------------------

    def structure_message(self, data: dict[str, Any]) -> Any:
        """As pygls, but a request that cannot be understood gets an answer; without one a client waits for ever."""
        try:
            return super().structure_message(data)
        except Exception as error:
            if "method" in data and "id" in data:
                refusal = error if isinstance(error, JsonRpcException) else JsonRpcInternalError()
                self._send_response(data["id"], error=refusal.to_response_error())
            logger.error("a message could not be understood: %.500s", data)
            return _Refused()

    def handle_message(self, message: Any) -> None:
        if isinstance(message, (_Refused, dict, list)) or self.documents.holds(message):
            return
        if not self.schedule.takes(message):
            super().handle_message(message)

    def handle_now(self, message: Any) -> None:
        """Handle a message that was held back, or has waited."""
        super().handle_message(message)

    def tell_unreadable(self, message: str) -> None:
        """Answer a message whose number cannot be read: with none, as JSON-RPC has it."""
        error = {"code": int(types.ErrorCodes.ParseError), "message": message}
        self._send_data({"jsonrpc": self.VERSION, "id": None, "error": error})

    def refuse(self, number: Any, code: int, message: str) -> None:
        """Answer a request with an error."""
        self._send_response(number, error=types.ResponseError(code, message))

    def _send_response(self, msg_id: Any, result: Any = None, error: Any = None) -> None:
        if error is not None:
            super()._send_response(msg_id, result, error)
            return
        self._result_types.pop(msg_id, None)
        if isinstance(result, Rendered):
            head = f'{{"jsonrpc":"{self.VERSION}","id":{json.dumps(msg_id)},"result":'.encode("ascii")
            self._send_pieces([head, *result, b"}"])
            return
        if isinstance(result, types.InitializeResult) and self.answered is not None:
            answer = json.dumps(result, default=self._serialize_message)
            if self.answered(msg_id, answer):
                return
        self._send_data({"jsonrpc": self.VERSION, "id": msg_id, "result": result})

    def _send_pieces(self, body: list[bytes]) -> None:
        """Send a message that is JSON already."""
        if self.writer is None:
            return
        length = sum(map(len, body))
        for piece in (b"Content-Length: %d\r\n\r\n%b" % (length, body[0]), *body[1:]):
            sent = self.writer.write(piece)
            if inspect.isawaitable(sent):
                asyncio.ensure_future(sent)  # noqa: RUF006  (as pygls does: a socket has no use for the result)

    def notify(self, method: str, params: Any | None = None) -> None:
        self._send_data({"jsonrpc": self.VERSION, "method": method, "params": params})
