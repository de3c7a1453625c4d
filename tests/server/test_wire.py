"""What a client may do wrong on the wire: the server answers, or ends with a sentence; never nothing for ever."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from .talk import Client

INITIALIZE = json.dumps(
    {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "initialize",
        "params": {"processId": None, "rootUri": None, "capabilities": {}},
    }
).encode()


def served(data: bytes) -> tuple[int, bytes, str]:
    """Exit status, standard output and standard error of a server that got this, and then waits for more in vain."""
    process = subprocess.Popen(
        [sys.executable, "-m", "nnef_lsp", "serve"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdin is not None and process.stdout is not None and process.stderr is not None
    process.stdin.write(data)
    process.stdin.flush()
    try:
        status = process.wait(60)
    except subprocess.TimeoutExpired:
        process.kill()
        raise
    return status, process.stdout.read(), process.stderr.read().decode()


@pytest.mark.parametrize(
    "header, words",
    [
        (b"Content-Length: -5\r\n\r\n", "Content-Length is not a number of bytes: b'-5'"),
        (b"Content-Length: many\r\n\r\n", "Content-Length is not a number of bytes: b'many'"),
        (b"Content-Length:\r\n\r\n", "Content-Length is not a number of bytes: b''"),
        (b"Content-Length: 99999999999999999999\r\n\r\n", "Content-Length is not a number of bytes"),
        (b"Content-Length: 9999999999\r\n\r\n", "a message of 9999999999 bytes"),
        (b"Content-Type: text/plain\r\n\r\n", "a header without Content-Length"),
        (b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", "a header without Content-Length: b'Host: localhost"),
        (b"x" * 10_000, "a header that does not end"),
        (b"Content-Length: 10\r\n\r\n" + INITIALIZE + b"\r\n\r\n", "a line that is not a field of a header"),
    ],
)
def test_a_header_that_says_no_length_ends_the_server(header: bytes, words: str) -> None:
    status, _, said = served(header)
    assert status == 2 and "Traceback" not in said
    assert f"the client sent {words}" in said and said.count("\n") <= 3


@pytest.mark.parametrize(
    "header",
    [
        b"content-length: %d\r\n\r\n", b"CONTENT-LENGTH:%d \r\n\r\n", b"Content-Length: %d\n\n", b"\r\n\r\nContent-Length: %d\r\n\r\n",
        b"a word that somebody printed\r\n\r\nContent-Length: %d\r\n\r\n", b"Content-Length: 0\r\n\r\nContent-Length: %d\r\n\r\n",
        b"Content-Type: application/vscode-jsonrpc; charset=utf-8\r\nContent-Length: %d\r\n\r\n",
    ],
)  # fmt: skip
def test_headers_of_other_looks_are_taken(header: bytes) -> None:
    goodbye = b"Content-Length: x\r\n\r\n"
    status, answer, _ = served(header % len(INITIALIZE) + INITIALIZE + goodbye)
    assert b'"capabilities"' in answer and status == 2


@pytest.mark.parametrize("body", [b"{", b"[" * 100_000, b"\xff\xfe", b"null,"])
def test_a_message_that_is_not_json_is_answered(body: bytes) -> None:
    _, answer, said = served(b"Content-Length: %d\r\n\r\n" % len(body) + body + b"Content-Length: x\r\n\r\n")
    assert json.loads(answer.split(b"\r\n\r\n")[1])["error"]["code"] == -32700
    assert "Traceback" not in said


def test_odd_uris_cost_a_line_of_the_log_at_most() -> None:
    uris = [
        "untitled:Untitled-1", "vscode-notebook-cell:/a/b.ipynb#W0sZmlsZQ%3D%3D", "git:/a/graph.nnef?%7B%7D", "", "graph.nnef",
        "file:", "file://", "file:///", "file://host/share/graph.nnef", "file:///%00", "file:///a%2", "file:///%ff%fe.nnef",
        "file:///\ud800.nnef", "nnef-archive:", "nnef-archive:/!/", "nnef-archive:/a.tgz", "nnef-archive:/a.tgz/!/../../x",
        "nnef-archive:////!//etc/passwd", "http://[::1", "file://[bad/graph.nnef", "nnef:x", "x" * 100_000, "file:///" + "a/" * 5000,
        "file:///dev/zero", "file:///proc/self/mem", "nnef-archive:/dev/zero/!/graph.nnef",
    ]  # fmt: skip
    client = Client()
    try:
        for number, uri in enumerate(uris):
            document = {
                "uri": uri,
                "languageId": "nnef",
                "version": 1,
                "text": "version 1.0;\ngraph g(x) -> (y) { y = relu(x); }",
            }
            client.tell("textDocument/didOpen", {"textDocument": document})
            for method in ("hover", "definition", "completion", "references", "rename"):
                place = {
                    "textDocument": {"uri": uri},
                    "position": {"line": 1, "character": 25},
                    "newName": "n",
                    "context": {"includeDeclaration": True, "triggerKind": 1},
                }
                client.answer(client.begin(f"textDocument/{method}", place), 40)
            for method in ("documentSymbol", "documentLink", "codeLens", "foldingRange"):
                client.answer(client.begin(f"textDocument/{method}", {"textDocument": {"uri": uri}}), 40)
            for method in client.capabilities["experimental"]["nnef"]["requests"]:
                client.answer(
                    client.begin(method, {"uri": uri, "textDocument": {"uri": uri}, "path": uri, "label": "x"})
                )
            client.tell("workspace/didChangeWatchedFiles", {"changes": [{"uri": uri, "type": 1}]})
            client.answer(client.begin("workspace/willRenameFiles", {"files": [{"oldUri": uri, "newUri": uri}]}))
            cells = {
                "notebookDocument": {"uri": uri, "notebookType": "n", "version": 1, "cells": []},
                "cellTextDocuments": [document],
            }
            client.tell("notebookDocument/didOpen", cells)
            client.tell("textDocument/didSave", {"textDocument": {"uri": uri}})
            client.tell("textDocument/didClose", {"textDocument": {"uri": uri}})
            said = "".join(client.errors)
            assert "Traceback" not in said, (uri[:80], said[:1500])
            assert len(client.errors) <= number + 1, (uri[:80], client.errors[-3:])
    finally:
        client.process.kill()
