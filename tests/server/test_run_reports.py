"""What came of a run is seen in any editor: a message, a report, a mark at the first tensor that differs."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlparse

import numpy as np
import pytest

from .talk import MODEL, Client, at, model_folder

SHOWING = {"window": {"showDocument": {"support": True}}}


@pytest.fixture
def client() -> Iterator[Client]:
    found = Client(SHOWING)
    yield found
    found.process.kill()


def execute(client: Client, command: str, *arguments: Any) -> Any:
    return client.ask("workspace/executeCommand", {"command": command, "arguments": list(arguments)})


def message(client: Client) -> tuple[int, str]:
    """Kind (1 error, 2 warning, 3 information) and text of the next message that a person sees."""
    while True:
        note = client.notes.get(timeout=40)
        if note["method"] == "window/showMessage":
            return note["params"]["type"], note["params"]["message"]


def narrow(report: str) -> str:
    """A report without the blanks that put the columns of its tables below each other."""
    return re.sub(" +", " ", report)


def shown(client: Client) -> str:
    """The text of the document that the server asks to have shown."""
    while True:
        asked = client.asked.get(timeout=40)
        if asked["method"] == "window/showDocument":
            assert asked["params"]["takeFocus"] is False
            return narrow(Path(unquote(urlparse(asked["params"]["uri"]).path)).read_text(encoding="utf-8"))


def with_io(folder: Path, **spoilt: float) -> Path:
    """A model with an io.npz of which some tensors are off by so much."""
    graph = model_folder(folder)
    client = Client()
    uri = client.open(graph)
    arguments = {"uri": uri, "inputs": {"x": "random:1"}, "keep": ["*"], "show": False}
    run = execute(client, "nnef.runGraph", arguments)["run"]
    arrays = {}
    for name in ("x", "c", "y"):
        window = {"rowAxis": 2, "columnAxis": 3, "index": [0, 0, 0, 0], "rows": 256, "columns": 256}
        maps = []
        for channel in range({"x": 3, "c": 4, "y": 4}[name]):
            wanted = {"source": {"run": run, "tensor": name}, "window": {**window, "index": [0, channel, 0, 0]}}
            maps.append(client.ask("nnef/tensor", wanted)["window"]["values"])
        arrays[name] = np.array([maps], np.float32)
        arrays[name][0, 0, 0, 0] += spoilt.get(name, 0.0)
    client.process.kill()
    np.savez(folder / "io.npz", **arrays)
    return graph


def test_a_run_says_what_it_computed_and_opens_a_report(client: Client, tmp_path: Path) -> None:
    uri = client.open(model_folder(tmp_path / "net"))
    result = execute(client, "nnef.runGraph", {"uri": uri, "inputs": {"x": "random:1"}})
    assert result["ok"]
    kind, text = message(client)
    assert kind == 3 and text.startswith("Ran in ") and text.endswith(" ms: y [1, 4, 4, 4].")
    report = shown(client)
    assert report == narrow(Path(result["report"]).read_text(encoding="utf-8"))
    assert report.startswith(f"# Run of net\n\n{text}\n")
    assert "| x | random:1 |" in report and "| y | float32 | [1, 4, 4, 4] |" in report
    assert "| c | conv | 14 |" in report


def test_a_comparison_that_agrees(client: Client, tmp_path: Path) -> None:
    uri = client.open(with_io(tmp_path / "net"))
    assert execute(client, "nnef.checkGraph", {"uri": uri})["compared"]["ok"]
    kind, text = message(client)
    assert kind == 3 and text.startswith("Agrees with io.npz in all 2 tensors, ran in ")
    assert "| ok | c | 14 |" in shown(client)


def test_a_comparison_that_differs_is_marked_until_the_next_edit(client: Client, tmp_path: Path) -> None:
    uri = client.open(with_io(tmp_path / "net", y=0.5))
    assert client.diagnostics(uri) == []
    execute(client, "nnef.checkGraph", uri)
    (mark,) = client.diagnostics(uri)
    assert mark["range"]["start"] == at(MODEL, "y = block") and mark["severity"] == 2 and mark["code"] == "run-differs"
    assert mark["message"] == (
        "In the last run 'y' is the first to differ from io.npz: at most 0.5 apart at [0, 0, 0, 0]; what is computed "
        "before it agrees, 'c' the last"
    )
    kind, text = message(client)
    assert kind == 2 and text == "Differs from io.npz: first 'y' in line 15, at most 0.5 apart at [0, 0, 0, 0]."
    assert "| **differs** | y | 15 |" in shown(client)
    client.change(uri, 2, ((0, 0, 0, 0), "# a comment\n"))
    assert client.diagnostics(uri, 2) == []


def test_without_an_argument_the_graph_that_was_spoken_of_last(client: Client, tmp_path: Path) -> None:
    """As Helix sends it."""
    first, second = client.open(with_io(tmp_path / "first")), client.open(model_folder(tmp_path / "second"))
    client.about("hover", first, position=at(MODEL, "y = block"))
    assert client.ask("workspace/executeCommand", {"command": "nnef.checkGraph"})["ok"]
    assert message(client)[1].startswith("Agrees")
    client.about("hover", second, position=at(MODEL, "y = block"))
    assert not client.ask("workspace/executeCommand", {"command": "nnef.checkGraph", "arguments": []})["ok"]
    kind, text = message(client)
    assert kind == 1 and text.startswith(
        "The graph did not run. There is nothing to check against: no .npz file beside"
    )
    commands = client.capabilities["executeCommandProvider"]["commands"]
    assert {"nnef.runGraph", "nnef.checkGraph", "nnef.showReferences"} <= set(commands)


def test_what_cannot_run_says_why(client: Client, tmp_path: Path) -> None:
    uri = client.open(model_folder(tmp_path), MODEL.replace("conv(x", "conv(mistake"))
    assert not execute(client, "nnef.runGraph", {"uri": uri})["ok"]
    kind, text = message(client)
    assert kind == 1 and text.startswith("The graph did not run. Line 14: 'mistake' is not defined")


def test_a_client_that_shows_runs_itself_is_told_nothing(tmp_path: Path) -> None:
    client = Client(SHOWING)
    uri = client.open(model_folder(tmp_path))
    assert "report" not in execute(client, "nnef.runGraph", {"uri": uri, "show": False})
    execute(client, "nnef.showReferences", {"uri": uri, "position": at(MODEL, "block(")})
    assert message(client)[1] == "Used in line 15."  # and nothing of the run before it
    assert client.asked.empty()
    client.process.kill()


def test_a_client_without_windows_still_sees_the_verdict(tmp_path: Path) -> None:
    client = Client()
    uri = client.open(model_folder(tmp_path))
    path = execute(client, "nnef.runGraph", {"uri": uri})["report"]
    text = message(client)[1]
    assert text.startswith("Ran in ") and text.endswith(f". Report: {path}")
    assert client.asked.empty()
    client.process.kill()


def test_reports_are_gone_when_the_server_ends(client: Client, tmp_path: Path) -> None:
    uri = client.open(model_folder(tmp_path))
    report = Path(execute(client, "nnef.runGraph", {"uri": uri})["report"])
    assert report.exists() and report.parent.stat().st_mode & 0o77 == 0
    assert client.close() == 0
    assert not report.parent.exists()


@pytest.mark.skipif(sys.platform == "win32", reason="needs locks of folders")
def test_reports_of_a_server_that_was_killed_go_with_the_next_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    graph = model_folder(tmp_path / "net")
    killed, lives, last = Client(), Client(), Client()
    left, kept = [
        Path(execute(each, "nnef.runGraph", {"uri": each.open(graph)})["report"]).parent for each in (killed, lives)
    ]
    killed.process.kill()
    killed.process.wait(10)
    for folder in (left, kept):
        os.utime(folder, (0, 0))
    assert execute(last, "nnef.runGraph", {"uri": last.open(graph), "show": False})["ok"]
    assert list(temporary.iterdir()) == [kept]
    assert lives.close() == last.close() == 0
    assert list(temporary.iterdir()) == []


def test_uses_above_a_fragment_lead_to_them(client: Client, tmp_path: Path) -> None:
    uri = client.open(model_folder(tmp_path))
    (lens,) = [lens["command"] for lens in client.about("codeLens", uri) if "use" in lens["command"]["title"]]
    assert (lens["title"], lens["command"]) == ("1 use", "nnef.showReferences")
    found = execute(client, lens["command"], *lens["arguments"])
    assert [place["range"]["start"] for place in found] == [at(MODEL, "block(c")]
    assert message(client)[1] == "Used in line 15."
