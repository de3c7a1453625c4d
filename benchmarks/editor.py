"""What an editor waits for: all answers after a key, a hover behind them, and the first diagnostics of a new process.

    python benchmarks/editor.py [--other COMMAND ...] [--statements 1000 10000] [--file graph.nnef] [--rounds 3] [--edits 20]

Every server is run in turns, and each figure is shown with its ratio to that of the first.  `--other` names servers to
compare with, as "name=command": a language server for Python (`ty=ty server`) gets a Python text of as many lines, any
other the same text.  A bare pygls server, which answers with nothing, is always there for the start.

After each one-character edit these are sent without waiting, as VS Code does: documentSymbol, semanticTokens/full/delta,
foldingRange, codeLens, documentLink, inlayHint (60 lines), codeAction, documentHighlight, and a hover behind them.
"""

from __future__ import annotations

import argparse
import json
import shlex
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from graphs import graph

PYGLS = """
from pygls.lsp.server import LanguageServer
from lsprotocol import types as t
s = LanguageServer("bare", "0")
@s.feature(t.TEXT_DOCUMENT_DID_OPEN)
def opened(p):
    s.text_document_publish_diagnostics(
        t.PublishDiagnosticsParams(uri=p.text_document.uri, version=p.text_document.version, diagnostics=[])
    )
s.start_io()
"""
CAPABILITIES = {
    "textDocument": {
        "documentSymbol": {"hierarchicalDocumentSymbolSupport": True},
        "publishDiagnostics": {"versionSupport": True},
        "semanticTokens": {
            "requests": {"full": {"delta": True}}, "formats": ["relative"], "tokenTypes": ["variable", "function"],
            "tokenModifiers": [],
        },
    },
}  # fmt: skip


class Client:
    """One server; answers are read when they are asked for, so that reading takes nothing from the server's core."""

    def __init__(self, command: list[str], folder: Path) -> None:
        self.began = time.perf_counter()
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=folder
        )
        self.number = 0
        params = {"processId": None, "rootUri": folder.as_uri(), "capabilities": CAPABILITIES}
        self.can = self.until(self.ask("initialize", params))["result"]["capabilities"]
        self.send({"method": "initialized", "params": {}})

    def send(self, message: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self.process.stdin is not None
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
        self.process.stdin.flush()

    def ask(self, method: str, params: Any) -> int:
        self.number += 1
        self.send({"id": self.number, "method": method, "params": params})
        return self.number

    def receive(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        length = 0
        while line := self.process.stdout.readline().strip():
            name, _, value = line.partition(b":")
            length = int(value) if name.lower() == b"content-length" else length
        message: dict[str, Any] = json.loads(self.process.stdout.read(length))
        if "id" in message and "method" in message:
            items = message["params"].get("items") if isinstance(message.get("params"), dict) else None
            self.send({"id": message["id"], "result": None if items is None else [None for _ in items]})
        return message

    def until(self, number: int) -> dict[str, Any]:
        while (message := self.receive()).get("id") != number or "method" in message:
            pass
        return message

    def diagnosed(self) -> None:
        while self.receive().get("method") != "textDocument/publishDiagnostics":
            pass

    def close(self) -> None:
        self.until(self.ask("shutdown", None))
        self.send({"method": "exit"})
        self.process.wait(10)


def start(command: list[str], text: str, suffix: str) -> float:
    """Seconds from the process' start to the first diagnostics."""
    with tempfile.TemporaryDirectory() as folder:
        client = Client(command, Path(folder))
        opened(client, Path(folder) / f"graph.{suffix}", text)
        taken = time.perf_counter() - client.began
        client.close()
    return taken


def opened(client: Client, path: Path, text: str) -> str:
    path.write_text(text, encoding="utf-8")
    language = "python" if path.suffix == ".py" else "nnef"
    item = {"uri": path.as_uri(), "languageId": language, "version": 1, "text": text}
    client.send({"method": "textDocument/didOpen", "params": {"textDocument": item}})
    client.diagnosed()
    return path.as_uri()


def keys(command: list[str], text: str, suffix: str, edits: int) -> tuple[list[float], list[float]]:
    """Seconds to the last answer after each key, and to that of a hover sent behind the questions."""
    everything, hovers = [], []
    with tempfile.TemporaryDirectory() as folder:
        client = Client(command, Path(folder))
        uri = opened(client, Path(folder) / f"graph.{suffix}", text)
        lines = text.split("\n")
        rows = [row for row, line in enumerate(lines) if "relu(" in line] or [len(lines) // 2]
        before = None
        for number in range(edits + 4):
            row = rows[(number // 2 * 7919) % len(rows)]
            start = {"line": row, "character": lines[row].find("(") + 1}
            end = {**start, "character": start["character"] + number % 2}
            edit = {"range": {"start": start, "end": end}, "text": "" if number % 2 else "z"}
            version = {"uri": uri, "version": number + 2}
            began = time.perf_counter()
            client.send(
                {"method": "textDocument/didChange", "params": {"textDocument": version, "contentChanges": [edit]}}
            )
            waiting = {client.ask(method, params) for method, params in questions(client, uri, row, start, before)}
            tokens = min(waiting, default=0)
            place = {"textDocument": {"uri": uri}, "position": {"line": row, "character": 5}}
            asked, hover = time.perf_counter(), client.ask("textDocument/hover", place)
            waiting.add(hover)
            while waiting:
                message = client.receive()
                if message.get("id") == hover and number >= 4:
                    hovers.append(time.perf_counter() - asked)
                if message.get("id") == tokens and isinstance(message.get("result"), dict):
                    before = message["result"].get("resultId")
                if "method" not in message:
                    waiting.discard(message.get("id"))
            if number >= 4:
                everything.append(time.perf_counter() - began)
            time.sleep(0.02)
        client.close()
    return everything, hovers


def questions(client: Client, uri: str, row: int, place: Any, before: str | None) -> list[tuple[str, Any]]:
    """What VS Code asks after a key, as far as the server answers it; tokens come first."""
    document = {"textDocument": {"uri": uri}}
    span = {"start": {"line": row, "character": 0}, "end": {"line": row + 60, "character": 0}}
    tokens = ("full/delta", {"previousResultId": before}) if before else ("full", {})
    asked = [
        (f"semanticTokens/{tokens[0]}", "semanticTokensProvider", tokens[1]),
        ("documentSymbol", "documentSymbolProvider", {}), ("foldingRange", "foldingRangeProvider", {}),
        ("codeLens", "codeLensProvider", {}), ("documentLink", "documentLinkProvider", {}),
        ("inlayHint", "inlayHintProvider", {"range": span}),
        ("codeAction", "codeActionProvider", {"range": {"start": place, "end": place}, "context": {"diagnostics": []}}),
        ("documentHighlight", "documentHighlightProvider", {"position": place}),
    ]  # fmt: skip
    return [(f"textDocument/{name}", {**document, **more}) for name, field, more in asked if client.can.get(field)]


def python_of(text: str) -> str:
    """A Python text of as many lines, for a server that knows no NNEF."""
    body = (f"x{row} = relu(x{row - 1})" for row in range(1, text.count("\n")))
    return "def relu(x: float) -> float:\n    return x\nx0 = 1.0\n" + "\n".join(body) + "\n"


def percentile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(share * len(values)))] * 1e3


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--other", action="append", default=[], help="name=command of a server to compare with")
    parser.add_argument("--statements", type=int, nargs="*", default=[1000, 10000])
    parser.add_argument("--file", type=Path, action="append", default=[])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--edits", type=int, default=20)
    arguments = parser.parse_args()
    servers = {"nnef-lsp": [sys.executable, "-m", "nnef_lsp.cli.main", "serve"]}
    servers.update(
        (name, shlex.split(command)) for name, _, command in (item.partition("=") for item in arguments.other)
    )
    texts = {path.parent.name: path.read_text(encoding="utf-8") for path in arguments.file}
    texts.update({f"{count} statements": graph(count) for count in arguments.statements})
    for title, text in texts.items():
        found: dict[str, tuple[list[float], list[float]]] = {name: ([], []) for name in servers}
        for _ in range(arguments.rounds):
            for name, command in servers.items():
                own = (python_of(text), "py") if name == "ty" else (text, "nnef")
                for into, values in zip(found[name], keys(command, *own, arguments.edits)):
                    into += values
        for name, (everything, hovers) in found.items():
            ratio = statistics.median(everything) / statistics.median(found["nnef-lsp"][0])
            print(
                f"{title:18} {name:10} all p50 {percentile(everything, 0.5):7.1f} p95 {percentile(everything, 0.95):7.1f} ms  "
                f"hover behind p95 {percentile(hovers, 0.95):7.1f} ms  {ratio:5.2f} of ours",
                flush=True,
            )
    digits = (Path(__file__).parents[1] / "examples" / "digits" / "graph.nnef").read_text(encoding="utf-8")
    servers["bare pygls"] = [sys.executable, "-c", PYGLS]
    starts: dict[str, list[float]] = {name: [] for name in servers if name != "ty"}
    for _ in range(3 * arguments.rounds):
        for name, taken in starts.items():
            taken.append(start(servers[name], digits, "nnef"))
    bare = statistics.median(starts["bare pygls"])
    for name, taken in starts.items():
        middle = statistics.median(taken)
        print(f"start of digits    {name:10} {middle * 1e3:7.0f} ms  {middle / bare:5.2f} of bare pygls", flush=True)


if __name__ == "__main__":
    main()
