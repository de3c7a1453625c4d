"""A client of the protocol for tests: sends what it is told, keeps what comes, answers what the server asks.

Not a real editor: those are in tests/editors and tests/vscode.
"""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

MODEL = """\
version 1.0;
extension KHR_enable_fragment_definitions;

fragment block( a: tensor<scalar>, n: integer = 1 ) -> ( b: tensor<scalar> )
{
    p = max_pool(a, size = [1,1,n,n], border = 'ignore', stride = [1,1,n,n]);
    b = relu(p);
}

graph net( x ) -> ( y )
{
    x = external(shape = [1,3,8,8]);
    k = variable(shape = [4,3,3,3], label = 'net/k');
    c = conv(x, k, 0.0, padding = [(1,1),(1,1)]);
    y = block(c, n = 2);
}
"""


def model_folder(folder: Path, text: str = MODEL) -> Path:
    """The small model with weights, in a folder; its graph.nnef."""
    import numpy as np

    from nnef_lsp.archive import write_tensor

    (folder / "net").mkdir(parents=True, exist_ok=True)
    values = np.linspace(-1, 1, 108, dtype=np.float32).reshape(4, 3, 3, 3)
    write_tensor(folder / "net" / "k.dat", values)
    graph = folder / "graph.nnef"
    graph.write_text(text, encoding="utf-8")
    return graph


class Client:
    """A server on its standard input and output."""

    def __init__(
        self, capabilities: dict[str, Any] | None = None, options: Any = None, folders: Sequence[Path] = ()
    ) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "nnef_lsp.cli.main", "serve"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=dict(os.environ),
        )  # fmt: skip
        self.number = 0
        self.answers: dict[int, queue.Queue[Any]] = {}
        self.answered: list[int] = []
        """Numbers of requests in the order of their answers."""
        self.notes: queue.Queue[Any] = queue.Queue()
        self.errors: list[str] = []
        self.progress: list[Any] = []
        self.asked: queue.Queue[Any] = queue.Queue()
        """What the server asks for, besides the configuration."""
        self.configuration: Any = None
        threading.Thread(target=self._read, daemon=True).start()
        threading.Thread(target=self._read_errors, daemon=True).start()
        params = {
            "processId": os.getpid(),
            "rootUri": None,
            "workspaceFolders": [{"uri": folder.as_uri(), "name": folder.name} for folder in folders] or None,
            "capabilities": capabilities or {},
            "initializationOptions": options,
        }
        self.capabilities = self.ask("initialize", params)["capabilities"]
        self.tell("initialized", {})

    def _read(self) -> None:
        assert self.process.stdout is not None
        while True:
            size = 0
            while line := self.process.stdout.readline().strip():
                if line.lower().startswith(b"content-length"):
                    size = int(line.split(b":")[1])
            if not size:
                return
            self._take(json.loads(self.process.stdout.read(size)))

    def _take(self, message: dict[str, Any]) -> None:
        if "method" in message and "id" in message:
            items = message["params"].get("items", []) if message["method"] == "workspace/configuration" else None
            result = [self.configuration for _ in items] if items is not None else None
            if items is None:
                self.asked.put(message)
            self.send({"jsonrpc": "2.0", "id": message["id"], "result": result})
        elif "id" in message and message["id"] is None:
            self.errors.append(str(message["error"]))  # the answer to what could not be read
        elif "id" in message:
            self.answered.append(message["id"])
            self.answers[message["id"]].put(message)
        elif message["method"] == "$/progress":
            self.progress.append(message["params"])
        else:
            self.notes.put(message)

    def _read_errors(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.errors.append(line.decode())

    def send_bytes(self, data: bytes) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(data)
        self.process.stdin.flush()

    def send(self, message: Any) -> None:
        body = json.dumps(message).encode()
        self.send_bytes(b"Content-Length: %d\r\n\r\n" % len(body) + body)

    def tell(self, method: str, params: Any) -> None:
        self.send({"jsonrpc": "2.0", "method": method, "params": params})

    def begin(self, method: str, params: Any) -> int:
        """Send a request; its number."""
        self.number += 1
        self.answers[self.number] = queue.Queue()
        self.send({"jsonrpc": "2.0", "id": self.number, "method": method, "params": params})
        return self.number

    def answer(self, number: int, timeout: float = 40) -> dict[str, Any]:
        """The whole answer to a request."""
        found: dict[str, Any] = self.answers[number].get(timeout=timeout)
        return found

    def ask(self, method: str, params: Any, timeout: float = 40) -> Any:
        """The result of a request; an error fails the test."""
        found = self.answer(self.begin(method, params), timeout)
        assert "error" not in found, found["error"]
        return found["result"]

    def about(self, method: str, uri: str, **params: Any) -> Any:
        """The result of a request about a document."""
        return self.ask(f"textDocument/{method}", {"textDocument": {"uri": uri}, **params})

    def open(self, graph: Path, text: str | None = None) -> str:
        uri = graph.as_uri()
        text = graph.read_text(encoding="utf-8") if text is None else text
        self.tell(
            "textDocument/didOpen", {"textDocument": {"uri": uri, "languageId": "nnef", "version": 1, "text": text}}
        )
        return uri

    def change(self, uri: str, version: int, *changes: tuple[tuple[int, int, int, int] | None, str]) -> None:
        """Edits: (first line, column, last line, column) or None for the whole text, and the new text."""
        written = []
        for span, text in changes:
            edit: dict[str, Any] = {"text": text}
            if span is not None:
                a, b, c, d = span
                edit["range"] = {"start": {"line": a, "character": b}, "end": {"line": c, "character": d}}
            written.append(edit)
        self.tell(
            "textDocument/didChange", {"textDocument": {"uri": uri, "version": version}, "contentChanges": written}
        )

    def diagnostics(self, uri: str, version: int | None = None, timeout: float = 40) -> list[dict[str, Any]]:
        """The next diagnostics of a document (of this version)."""
        end = time.monotonic() + timeout
        while True:
            note = self.notes.get(timeout=max(0.01, end - time.monotonic()))
            params = note["params"]
            if note["method"] == "textDocument/publishDiagnostics" and params["uri"] == uri:
                if version is None or params.get("version") == version:
                    found: list[dict[str, Any]] = params["diagnostics"]
                    return found

    def close(self) -> int:
        """Shut down as a client does; the exit status."""
        self.ask("shutdown", None)
        self.tell("exit", None)
        return self.process.wait(10)


def at(text: str, mark: str, shift: int = 0) -> dict[str, Any]:
    """The position of a piece of a text."""
    offset = text.index(mark) + shift
    line = text.count("\n", 0, offset)
    return {"line": line, "character": offset - (text.rfind("\n", 0, offset) + 1)}
