"""In a workspace that is not trusted everything can be read and nothing runs, whatever the client asks for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from .talk import MODEL, Client, at, model_folder


@pytest.fixture
def distrustful() -> Iterator[Client]:
    """A server whose client says at once that the workspace is not trusted."""
    found = Client(options={"trusted": False})
    yield found
    found.process.kill()
    found.process.wait(10)


def run(client: Client, uri: str, **more: Any) -> Any:
    return client.ask("workspace/executeCommand", {"command": "nnef.runGraph", "arguments": [{"uri": uri, **more}]})


def engines(client: Client, uri: str) -> Any:
    return client.ask("workspace/executeCommand", {"command": "nnef.inputs", "arguments": [{"uri": uri}]})["engines"]


def test_nothing_runs_without_trust_and_all_is_analysed(distrustful: Client, tmp_path: Path) -> None:
    client = distrustful
    uri = client.open(model_folder(tmp_path))
    assert client.diagnostics(uri) == []
    assert client.about("hover", uri, position=at(MODEL, "k = variable")) is not None
    for more in ({}, {"engine": "tract"}, {"engine": "/bin/sh"}):
        result = run(client, uri, **more)
        assert result["ok"] is False and result["message"] == "Graphs run only in trusted workspaces."
    assert engines(client, uri) == []


def test_trust_is_given_and_taken_back(distrustful: Client, tmp_path: Path) -> None:
    client = distrustful
    uri = client.open(model_folder(tmp_path))
    client.tell("nnef/trust", {"trusted": True})
    assert run(client, uri)["ok"] and "numpy" in engines(client, uri)
    client.tell("nnef/trust", {"trusted": False})
    assert not run(client, uri)["ok"]


def test_neither_settings_nor_nonsense_give_trust(distrustful: Client, tmp_path: Path) -> None:
    client = distrustful
    uri = client.open(model_folder(tmp_path))
    client.tell("workspace/didChangeConfiguration", {"settings": {"nnef": {"trusted": True, "trust": True}}})
    for nonsense in ({"trusted": "yes"}, {"trusted": 1}, {}, None, [True]):
        client.tell("nnef/trust", nonsense)
    assert not run(client, uri)["ok"]


def test_a_client_that_says_nothing_is_trusted(client: Client, tmp_path: Path) -> None:
    assert run(client, client.open(model_folder(tmp_path)))["ok"]
    assert "nnef/trust" in client.capabilities["experimental"]["nnef"]["requests"]
