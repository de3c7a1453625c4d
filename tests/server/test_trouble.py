"""What must not end the server: garbage, documents it does not know, huge ones, clients that leave."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from .talk import MODEL, Client, at, model_folder


def alive(client: Client) -> bool:
    return client.ask("workspace/symbol", {"query": "nothing like it"}) == []


def test_garbage_is_answered_or_ignored(client: Client) -> None:
    client.send_bytes(b"Content-Length: 5\r\n\r\n}{not")
    client.send_bytes(b"Content-Length: 2\r\n\r\n[]")
    client.send_bytes(b"Content-Length: 4\r\n\r\nnull")
    client.send_bytes(b"hello\r\n\r\n")
    client.send({"jsonrpc": "1.0", "id": 3})
    client.tell("textDocument/didChange", {"nonsense": True})
    client.tell("textDocument/didOpen", None)
    client.tell("no/such/thing", {"a": [1, {"b": None}]})
    number = client.begin("textDocument/hover", {"textDocument": 7})
    assert client.answer(number)["error"]["code"] == -32602
    number = client.begin("no/such/request", {})
    assert client.answer(number)["error"]["code"] == -32601
    number = client.begin("workspace/executeCommand", {"command": "nnef.runGraph", "arguments": [[1]]})
    assert "uri" in client.answer(number)["error"]["message"]
    assert alive(client)
    assert client.close() == 0


def test_documents_that_are_not_open(client: Client) -> None:
    uri = "file:///nowhere/graph.nnef"
    start = {"line": 0, "character": 0}
    for method in ("hover", "definition", "completion", "rename"):
        assert client.about(method, uri, position=start, newName="a") is None
    assert client.about("documentSymbol", uri) == []
    client.change(uri, 5, (None, "text"))
    client.tell("textDocument/didClose", {"textDocument": {"uri": uri}})
    assert alive(client)


def test_positions_far_outside(client: Client, tmp_path: Path) -> None:
    uri = client.open(model_folder(tmp_path))
    client.diagnostics(uri)
    for position in ({"line": 10_000, "character": 0}, {"line": 0, "character": 10_000}):
        client.about("hover", uri, position=position)
        client.about("completion", uri, position=position)
    client.change(uri, 2, ((500, 0, 900, 0), "# behind the end\n"))
    assert client.about("documentSymbol", uri)[-1]["name"] == "net" or alive(client)


def test_texts_that_are_no_models(client: Client, tmp_path: Path) -> None:
    for number, text in enumerate(
        ["", "\0", "(" * 50_000, "version" * 10_000, "graph g( " + "x, " * 20_000, "'" + "a" * 1_000_000]
    ):
        uri = client.open(tmp_path / f"graph{number}.nnef", text)
        client.diagnostics(uri, timeout=60)
        client.about("documentSymbol", uri)
        client.about("semanticTokens/full", uri)
        client.about("completion", uri, position={"line": 0, "character": min(10, len(text))})
    assert alive(client)


def test_a_failing_feature_is_answered_with_nothing_and_logged_with_what_to_repeat(
    caplog: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from lsprotocol import types

    from nnef_lsp.server.app import new_server
    from nnef_lsp.server.error_boundary import guarded
    from nnef_lsp.server.registry import DOCUMENT, Mark
    from nnef_lsp.server.session import Document

    monkeypatch.setattr("nnef_lsp.faults.STRICT", False)
    server = new_server()
    server.session.documents["file:///a.nnef"] = Document(server.session, "file:///a.nnef", MODEL, 7)

    def handler(document: Document, params: Any) -> None:
        raise KeyError("oops")

    position = types.Position(3, 4)
    params = types.HoverParams(types.TextDocumentIdentifier("file:///a.nnef"), position)
    assert guarded(server, Mark(DOCUMENT, "textDocument/hover", empty=[]), handler)(params) == []
    assert "textDocument/hover for file:///a.nnef version 7 at 3:4 failed: KeyError: 'oops'" in caplog.text


def test_nonsense_in_place_of_weights(client: Client, tmp_path: Path) -> None:
    uri = client.open(model_folder(tmp_path))
    client.diagnostics(uri)
    (tmp_path / "net" / "k.dat").write_bytes(b"no tensor at all")
    card = client.about("hover", uri, position=at(MODEL, "k = variable"))["contents"]["value"]
    assert "is not an NNEF tensor file" in card


def long_model(folder: Path) -> Path:
    """A run that takes a while: many powers of many items."""
    steps = "".join(f"    v{i} = pow(v{i - 1}, 1.01);\n" for i in range(1, 400))
    body = f"    x = external(shape = [64,64,64]);\n    v0 = copy(x);\n{steps}    y = copy(v399);\n"
    graph = folder / "graph.nnef"
    graph.write_text(f"version 1.0;\ngraph net( x ) -> ( y )\n{{\n{body}}}\n")
    return graph


def run(client: Client, uri: str) -> int:
    """Begin a run; the number of its request."""
    params = {"command": "nnef.runGraph", "arguments": [{"uri": uri}], "workDoneToken": "run"}
    return client.begin("workspace/executeCommand", params)


def wait_for_progress(client: Client) -> None:
    end = time.monotonic() + 30
    while not any("percentage" in item["value"] and item["value"]["kind"] == "report" for item in client.progress):
        assert time.monotonic() < end
        time.sleep(0.01)


def test_a_run_tells_its_progress_and_result(client: Client, tmp_path: Path) -> None:
    uri = client.open(model_folder(tmp_path))
    client.diagnostics(uri)
    result = client.answer(run(client, uri), 60)["result"]
    assert result["ok"], result
    assert result["tensors"][0]["name"] == "y" and result["tensors"][0]["shape"] == [1, 4, 4, 4]
    assert [item["value"]["kind"] for item in client.progress][:: len(client.progress) - 1] == ["begin", "end"]


def test_a_run_is_cancelled_by_request_or_by_its_button(client: Client, tmp_path: Path) -> None:
    uri = client.open(long_model(tmp_path))
    client.diagnostics(uri)
    number = run(client, uri)
    wait_for_progress(client)
    client.tell("$/cancelRequest", {"id": number})
    assert client.answer(number, 10)["error"]["code"] == -32800
    client.progress.clear()
    number = run(client, uri)
    wait_for_progress(client)
    client.tell("window/workDoneProgress/cancel", {"token": "run"})
    answer = client.answer(number, 10)
    assert "error" in answer or answer["result"]["ok"] is False
    assert alive(client)


def test_closing_a_document_while_it_runs(client: Client, tmp_path: Path) -> None:
    uri = client.open(long_model(tmp_path))
    client.diagnostics(uri)
    number = run(client, uri)
    wait_for_progress(client)
    client.tell("textDocument/didClose", {"textDocument": {"uri": uri}})
    client.tell("$/cancelRequest", {"id": number})
    client.answer(number, 10)
    assert alive(client)


def test_a_model_with_errors_does_not_run(client: Client, tmp_path: Path) -> None:
    uri = client.open(model_folder(tmp_path), MODEL.replace("conv(x", "conv(nothing"))
    client.diagnostics(uri)
    result = client.answer(run(client, uri))["result"]
    assert result["ok"] is False and "Line 14" in result["message"]


def test_the_server_ends_with_its_client(client: Client, tmp_path: Path) -> None:
    client.open(model_folder(tmp_path))
    assert client.process.stdin is not None
    client.process.stdin.close()
    client.process.wait(10)


def test_one_client_on_a_socket(tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "nnef_lsp.cli.main", "serve", "--tcp", f"127.0.0.1:{port}"]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        body = b'{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"processId":null,"rootUri":null,"capabilities":{}}}'
        with connected(port) as connection:
            connection.sendall(b"Content-Length: %d\r\n\r\n" % len(body) + body)
            connection.settimeout(30)
            assert b"Content-Length" in connection.recv(1000)
    finally:
        process.kill()
        process.wait(10)


def connected(port: int) -> socket.socket:
    """A connection as soon as somebody listens."""
    end = time.monotonic() + 30
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port))
        except OSError:
            assert time.monotonic() < end
            time.sleep(0.05)
