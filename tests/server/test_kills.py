"""Runs whose process is killed from outside, or which are cancelled, at any moment: the server goes on and nothing stays.

The long form is `python -m tests.trust.faults worker`.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from .talk import Client, at

KILLS = 12
HOVER_SECONDS = 1.0
"""Generous, for busy machines; the bar is 0.1."""
CLEAN_SECONDS = 5.0

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks for processes in /proc")


class Runs:
    """Runs of two graphs, a slow one to be disturbed and a quick one to prove that the server is well."""

    def __init__(self, client: Client, folder: Path) -> None:
        self.client, self.number = client, 0
        self.slow, self.text = opened(client, folder / "slow", 30)
        self.quick, _ = opened(client, folder / "quick", 1)

    def begin(self, uri: str) -> int:
        self.number += 1
        argument: dict[str, Any] = {
            "command": "nnef.runGraph",
            "arguments": [{"uri": uri}],
            "workDoneToken": self.token,
        }
        return self.client.begin("workspace/executeCommand", argument)

    @property
    def token(self) -> str:
        return f"run-{self.number}"

    def hover(self) -> float:
        """Seconds until the server says what stands under the cursor."""
        started = time.perf_counter()
        card = self.client.about("hover", self.slow, position=at(self.text, "v0", 1))
        seconds = time.perf_counter() - started
        assert "[32,64,64]" in card["contents"]["value"].replace(" ", "").replace("×", ","), card
        return seconds


def opened(client: Client, folder: Path, steps: int) -> tuple[str, str]:
    """A graph of so many slow operations."""
    powers = "".join(f"    v{i} = pow(v{i - 1}, 1.01);\n" for i in range(1, steps + 1))
    body = f"    x = external(shape = [32,64,64]);\n    v0 = copy(x);\n{powers}    y = copy(v{steps});\n"
    text = f"version 1.0;\ngraph net( x ) -> ( y )\n{{\n{body}}}\n"
    folder.mkdir()
    (folder / "graph.nnef").write_text(text)
    uri = client.open(folder / "graph.nnef")
    assert client.diagnostics(uri) == []
    return uri, text


def workers(server: int) -> list[int]:
    """Processes that the server has started and that have not ended."""
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, parent = status.read_text().rsplit(")", 1)[1].split()[:2]
        except OSError:
            continue
        if int(parent) == server and state != "Z":
            found.append(int(status.parent.name))
    return found


def kill(runs: Runs, number: int, how: signal.Signals) -> None:
    """Kill the worker, which may only be about to start, or to have ended."""
    found: list[int] = []
    while not found and runs.client.answers[number].empty():
        found = workers(runs.client.process.pid)
    for worker in found:
        try:
            os.kill(worker, how)
        except ProcessLookupError:
            pass


TROUBLES: dict[str, Callable[[Runs, int], None]] = {
    "SIGKILL": lambda runs, number: kill(runs, number, signal.SIGKILL),
    "SIGTERM": lambda runs, number: kill(runs, number, signal.SIGTERM),
    "SIGSEGV": lambda runs, number: kill(runs, number, signal.SIGSEGV),
    "cancelled request": lambda runs, number: runs.client.tell("$/cancelRequest", {"id": number}),
    "cancel button": lambda runs, number: runs.client.tell("window/workDoneProgress/cancel", {"token": runs.token}),
}


def outcome(answer: dict[str, Any]) -> str:
    """How a run that was troubled ended."""
    if "error" in answer:
        assert answer["error"]["code"] == -32800, answer
        return "cancelled"
    result = answer["result"]
    if result["ok"]:
        return "done before"
    assert "cancelled" in result["message"] or "was killed by SIG" in result["message"], result
    return "cancelled" if "cancelled" in result["message"] else "killed"


def wait_until(condition: Callable[[], bool]) -> bool:
    end = time.monotonic() + CLEAN_SECONDS
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.005)
    return True


def test_the_server_survives_runs_that_die(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    survives(tmp_path, temporary, KILLS)


def survives(tmp_path: Path, temporary: Path, kills: int, seed: int = 0, proved: int = 1) -> dict[str, int]:
    """So many runs are killed or cancelled, and each `proved`th time one is made that must succeed; how often they ended how.

    Temporary files are below `temporary`, which `TMPDIR` names.
    """

    def left() -> list[str]:
        return os.listdir(temporary)

    client = Client()
    try:
        runs = Runs(client, tmp_path)
        assert client.answer(runs.begin(runs.quick))["result"]["ok"]  # the first run of all loads numpy
        started = time.perf_counter()
        assert client.answer(runs.begin(runs.slow))["result"]["ok"]
        length = time.perf_counter() - started
        numbers = [trouble(runs, seed + attempt, length, attempt % proved == 0) for attempt in range(kills)]
        assert wait_until(lambda: not workers(client.process.pid)), "a worker is left"
        # the report of the last run stays to be read until the server ends; of the runs themselves nothing does
        assert wait_until(lambda: len(left()) == 1 and "report" in left()[0]), f"left: {left()}"
        ends = report(numbers, length)
        assert max(hover for _, hover, _ in numbers) < HOVER_SECONDS
        assert client.close() == 0
        assert left() == []
        assert not [line for line in client.errors if "Traceback" in line or "never retrieved" in line], client.errors
        return ends
    finally:
        client.process.kill()
        client.process.wait(10)


def trouble(runs: Runs, attempt: int, length: float, proved: bool) -> tuple[str, float, float]:
    """One run disturbed at a random moment, and one that must succeed: the end of the first, seconds to hover and to end."""
    chance = random.Random(attempt)
    name = list(TROUBLES)[attempt % len(TROUBLES)]
    number = runs.begin(runs.slow)
    time.sleep(length * chance.random() ** 2)  # more often while the worker is about to start
    TROUBLES[name](runs, number)
    started = time.perf_counter()
    hover = runs.hover()
    end = outcome(runs.client.answer(number, 20))
    ended = time.perf_counter() - started
    hover = max(hover, runs.hover())
    if proved:
        next_run = runs.client.answer(runs.begin(runs.quick), 20)
        assert next_run["result"]["ok"], (name, next_run)
    return end, hover, ended


def report(numbers: list[tuple[str, float, float]], length: float) -> dict[str, int]:
    hovers = sorted(hover for _, hover, _ in numbers)
    ends = {end: sum(found == end for found, _, _ in numbers) for end, _, _ in numbers}
    print(f"\n{len(numbers)} runs of {length:.2f} s: {ends}")
    print(f"hover: median {hovers[len(hovers) // 2] * 1e3:.1f} ms, at most {hovers[-1] * 1e3:.1f} ms")
    print(
        f"from the kill or cancel to the answer: at most {max(ended for _, _, ended in numbers) * 1e3:.0f} ms",
        flush=True,
    )
    return ends


def test_what_hangs_does_not_keep_a_server_without_a_client_alive() -> None:
    """A thread of the loop's own pool, which asyncio waits for at the end."""
    code = (
        "import asyncio, threading, nnef_lsp.server.connection as c, nnef_lsp.server.start as start;"
        "from nnef_lsp.server.updates import Updates; c.LAST = 0.5;"
        "opened = Updates.opened;"
        "Updates.opened = lambda self, params: (asyncio.get_running_loop().run_in_executor(None, threading.Event().wait),"
        " opened(self, params));"
        "raise SystemExit(start.serve())"
    )
    bodies = [
        b'{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"processId":null,"rootUri":null,"capabilities":{}}}',
        b'{"jsonrpc":"2.0","method":"textDocument/didOpen","params":{"textDocument":'
        b'{"uri":"file:///x.nnef","languageId":"nnef","version":1,"text":""}}}',
    ]
    data = b"".join(b"Content-Length: %d\r\n\r\n%b" % (len(body), body) for body in bodies)
    ran = subprocess.run([sys.executable, "-c", code], input=data, capture_output=True, timeout=60)
    assert ran.returncode == 1 and b"after the client has gone; the server ends" in ran.stderr
