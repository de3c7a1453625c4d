"""Rules and kernels in Python beside an open document: run by the user's word alone, and never waited for."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from .talk import Client, at

GRAPH = """version 1.0;
extension KHR_enable_fragment_definitions;

fragment own( input: tensor<scalar>, n: integer ) -> ( output: tensor<scalar> );

graph net( x ) -> ( z )
{
    x = external(shape = [2]);
    y = own(x, n = 3);
    z = own(y, n = 4);
}
"""
PYTHON = """open(__file__ + ".ran", "a").write("x")

CUSTOM_SHAPES = {"own": lambda input, n: [*input, n]}
CUSTOM_KERNELS = {"own": lambda input, n: input[..., None].repeat(n, -1)}
"""


@pytest.fixture
def graph(tmp_path: Path) -> Path:
    (tmp_path / ".nnef-lsp.toml").write_text('operations = ["operations.py"]\n')
    (tmp_path / "operations.py").write_text(PYTHON)
    (tmp_path / "graph.nnef").write_text(GRAPH)
    return tmp_path / "graph.nnef"


Start = Callable[..., Client]


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts servers, with what their client says of trust."""
    clients = []

    def started(trusted: bool | None = None) -> Client:
        clients.append(Client(options=None if trusted is None else {"trusted": trusted}))
        return clients[-1]

    yield started
    for client in clients:
        client.process.kill()
        client.process.wait(10)


def card(client: Client, uri: str, mark: str = "z = own") -> str:
    found: str = client.about("hover", uri, position=at(GRAPH, mark))["contents"]["value"]
    return found


def until(client: Client, uri: str, text: str) -> None:
    """Wait for a shape: rules answer when they do."""
    end = time.monotonic() + 30
    while text not in card(client, uri):
        assert time.monotonic() < end, card(client, uri)
        time.sleep(0.05)


def run(client: Client, uri: str) -> Any:
    return client.ask("workspace/executeCommand", {"command": "nnef.runGraph", "arguments": [{"uri": uri}]})


def rewritten(client: Client, graph: Path, text: str) -> None:
    """Another file of Python, of which the client tells."""
    file = graph.parent / "operations.py"
    file.write_text(text)
    os.utime(file, ns=(time.time_ns(), time.time_ns()))
    client.tell("workspace/didChangeWatchedFiles", {"changes": [{"uri": file.as_uri(), "type": 2}]})


@pytest.mark.parametrize("trusted", [None, False])
def test_without_the_users_word_nothing_of_a_workspace_is_run(start: Start, graph: Path, trusted: bool | None) -> None:
    """A client that says nothing of trust has not asked its user."""
    client = start(trusted)
    uri = client.open(graph)
    (found,) = client.diagnostics(uri)
    assert (
        found["code"] == "custom-rule"
        and "'operations.py' is run only in a workspace that you trust" in found["message"]
    )
    assert "[..]" in card(client, uri)
    message = run(client, uri)["message"]
    assert (
        message == "Graphs run only in trusted workspaces." or "'operations.py' is run only in a workspace" in message
    )
    client.tell("workspace/didChangeConfiguration", {"settings": {"nnef": {"trusted": True}}})
    rewritten(client, graph, PYTHON + "\n")
    assert "[..]" in card(client, uri)
    assert not (graph.parent / "operations.py.ran").exists()


def test_with_trust_rules_and_kernels_are_used(start: Start, graph: Path) -> None:
    client = start(True)
    uri = client.open(graph)
    until(client, uri, "[2, 3, 4]")
    assert "by a rule in `operations.py`" in card(client, uri, "own(y")
    assert run(client, uri)["ok"]
    (graph.parent / "graph.quant").write_text("")
    quant = client.open(graph.parent / "graph.quant")
    assert client.diagnostics(quant) == []


def test_trust_is_given_and_taken_back(start: Start, graph: Path) -> None:
    client = start(False)
    uri = client.open(graph)
    assert "[..]" in card(client, uri)
    client.tell("nnef/trust", {"trusted": True})
    until(client, uri, "[2, 3, 4]")
    client.tell("nnef/trust", {"trusted": False})
    until(client, uri, "[..]")


def test_edits_of_the_file_are_followed(start: Start, graph: Path) -> None:
    client = start(True)
    uri = client.open(graph)
    until(client, uri, "[2, 3, 4]")
    rewritten(client, graph, PYTHON.replace("[*input, n]", "[n, *input]"))
    until(client, uri, "[4, 3, 2]")
    rewritten(client, graph, PYTHON.replace("[*input, n]", "[*inptu, n]"))
    until(client, uri, "[..]")
    while not (found := client.diagnostics(uri)):
        pass
    assert "its shape rule fails: NameError: name 'inptu' is not defined (operations.py:3)" in found[0]["message"]
    rewritten(client, graph, PYTHON)
    until(client, uri, "[2, 3, 4]")


def test_a_rule_without_end_keeps_nobody_waiting(start: Start, graph: Path) -> None:
    endless = "def endless(input, n):\n    while True: pass\nCUSTOM_SHAPES = {'own': endless}\n"
    (graph.parent / "operations.py").write_text(endless)
    client = start(True)
    uri = client.open(graph)
    number = client.begin("textDocument/hover", {"textDocument": {"uri": uri}, "position": at(GRAPH, "z = own")})
    assert "[..]" in client.answer(number, timeout=10)["result"]["contents"]["value"]
    client.change(uri, 2, (None, GRAPH.replace("n = 4", "n = 5")))
    assert client.diagnostics(uri, 2)[0]["message"].startswith(
        "'own': its shape rule in operations.py has not answered"
    )
    rewritten(client, graph, PYTHON)
    until(client, uri, "[2, 3, 5]")
    assert client.close() == 0


def test_a_file_that_cannot_be_imported_is_imported_once(start: Start, graph: Path) -> None:
    (graph.parent / "operations.py").write_text(PYTHON.splitlines()[0] + "\nraise RuntimeError('broken')\n")
    head = GRAPH.split("    y = own")[0]
    many = "".join(f"    y{n} = own(x, n = {n + 1});\n" for n in range(9))
    graph.write_text(head.replace("( z )", "( y0 )") + many + "}\n")
    client = start(True)
    uri = client.open(graph)
    messages: list[str] = []
    while not messages:
        messages = [item["message"] for item in client.diagnostics(uri) if item["code"] == "custom-rule"]
    (message,) = messages
    assert "operations.py cannot be imported: RuntimeError: broken (operations.py:2); and 8 more like this" in message
    assert (graph.parent / "operations.py.ran").read_text() == "x"


def test_what_a_rule_prints_reaches_no_terminal(graph: Path) -> None:
    noisy = (
        "import os, sys\nprint('\\x1b[31mout'); sys.stderr.write('\\x1b[31merr'); os.write(2, b'\\x1b]0;title')\n"
        + PYTHON
    )
    (graph.parent / "operations.py").write_text(noisy)
    checked = [sys.executable, "-m", "nnef_lsp", "check", "--trust", str(graph.parent)]
    ran = subprocess.run(checked, capture_output=True, timeout=60, check=False)
    assert (graph.parent / "operations.py.ran").exists()
    assert b"\x1b" not in ran.stdout + ran.stderr
