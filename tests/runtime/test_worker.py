"""The worker process: results, refusals, lack of memory, cancel, kills; nothing is left behind."""

from __future__ import annotations

import asyncio
import glob
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nnef_lsp.runtime.process import folders
from nnef_lsp.runtime.process.client import run, run_sync
from nnef_lsp.runtime.process.request import RunProgress, RunRequest

from .helpers import CONV, Graph

POSIX = pytest.mark.skipif(os.name != "posix", reason="signals and limits of POSIX")
PROC = pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")


def small(**options: Any) -> RunRequest:
    graph = Graph(("x", (1, 4)), outputs=["y"]).variable("w", (4, 4)).variable("b", (1, 4))
    graph.add("m", "matmul", "%x", "%w", shape=(1, 4), attributes={"transposeA": False, "transposeB": False})
    graph.add("s", "add", "%m", "%b", shape=(1, 4)).add("y", "relu", "%s", shape=(1, 4))
    return replace(RunRequest(graph.flat, inputs={"x": "random:1"}, weights="random:2"), **options)


def endless(extent: int = 48) -> RunRequest:
    """Runs for minutes: many convolutions, many times."""
    shape = (1, 32, extent, extent)
    graph = Graph(("x", shape), outputs=["y"]).variable("w", (32, 32, 3, 3))
    previous = "x"
    for index in range(10):
        graph.add(f"t{index}", "conv", f"%{previous}", "%w", 0.0, shape=shape, attributes=CONV)
        previous = f"t{index}"
    graph.add("y", "tanh", f"%{previous}", shape=shape)
    return RunRequest(graph.flat, inputs={"x": "random:1"}, weights="random:2", runs=100_000)


@pytest.fixture(autouse=True)
def nothing_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Temporary folders go to a place of the test, which is empty afterwards."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    yield
    assert glob.glob(str(tmp_path / "nnef-lsp-run-*")) == []


def test_a_run_reports_and_gives_its_arrays(tmp_path: Path) -> None:
    seen: list[RunProgress] = []
    output = str(tmp_path / "out.npz")
    report = run_sync(small(keep=("s",), arrays=True, output=output, folder=str(tmp_path)), seen.append)
    assert (report.status, report.error) == ("done", None)
    assert set(report.arrays) == {"y", "s"}
    np.testing.assert_array_equal(report.arrays["y"], np.maximum(report.arrays["s"], 0))
    assert report.outputs["y"]["shape"] == [1, 4] and report.kept["s"]["shape"] == [1, 4]
    assert [step["operation"] for step in report.steps] == ["matmul", "add", "relu"]
    assert report.steps[0]["macs"] == 16 and report.macs == 16
    assert seen[0].text == "loading" and (seen[-1].step, seen[-1].total) == (3, 3)
    with np.load(output) as arrays:
        np.testing.assert_array_equal(arrays["y"], report.arrays["y"])
    assert sorted(os.listdir(tmp_path)) == ["out.npz"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"inputs": {}}, "no value is given for the input 'x'"),
        ({"inputs": {"z": "zeros"}}, "the graph has no input 'z'; its inputs are x"),
        ({"inputs": {"x": "nowhere.npy"}}, "nowhere.npy' for the input 'x' does not exist"),
        ({"weights": "model"}, "the graph has no model folder"),
        ({"keep": ("q",)}, "there is no tensor 'q' in the graph to keep"),
        ({"engine": "none"}, "there is no engine 'none'; there are nnef-tools, numpy, onnxruntime, tract"),
        ({"output": "/no/such/folder/x.npz"}, "cannot be written"),
    ],
)
def test_refusals_are_sentences(options: Any, message: str) -> None:
    report = run_sync(small(**options))
    assert report.status == "failed"
    assert message in report.message


def test_a_kernel_that_fails_is_reported_with_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NNEF_LSP_STRICT", "0")  # it is a mistake of ours, as which our tests have it raised
    request = small()
    request.graph.invocations[-1].attributes["axes"] = [1]  # relu has none
    report = run_sync(request)
    assert report.status == "failed"
    assert report.error is not None and report.error["operation"] == "relu" and report.error["site"] == [0, 0]


@POSIX
def test_lack_of_memory_is_reported() -> None:
    request = replace(endless(1000), runs=1, memory_limit=200 << 20)
    report = run_sync(request)
    assert report.status == "out-of-memory"
    assert "more memory than its limit of 200 MiB allows" in report.message


async def test_cancel_is_felt_within_200_ms() -> None:
    for delay in (0.0, 0.05, 0.3, 0.8):
        event = asyncio.Event()
        asyncio.get_running_loop().call_later(delay, event.set)
        started = time.monotonic()
        report = await run(endless(), None, event)
        assert report.status == "cancelled"
        assert time.monotonic() - started - delay < 1.0  # 0.11 at most when nothing else runs; room for busy machines


@PROC
async def test_cancelling_the_coroutine_kills_the_worker() -> None:
    task = asyncio.create_task(run(endless(), None, None))
    pids = await worker_pids()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not any(map(alive, pids))


async def worker_pids() -> list[int]:
    """The processes of a run that begins, as soon as there are any: how long that takes depends on the machine."""
    while not (pids := children()):
        await asyncio.sleep(0.005)
    return pids


@PROC
async def test_workers_killed_at_random_moments() -> None:
    generator = random.Random(1)
    for _ in range(8):
        task = asyncio.create_task(run(endless(), None, None))
        pids = await worker_pids()
        await asyncio.sleep(generator.uniform(0, 0.5))
        for pid in pids:
            os.kill(pid, signal.SIGKILL)
        report = await task
        assert report.status == "killed"
        assert "killed by SIGKILL" in report.message
    assert (await run(small())).status == "done"


@PROC
def test_a_worker_does_not_outlive_its_client(tmp_path: Path) -> None:
    script = (
        "import tempfile, sys; tempfile.tempdir = sys.argv[1]\n"
        "from tests.runtime.test_worker import endless\nfrom nnef_lsp.runtime.process.client import run_sync\nrun_sync(endless())"
    )
    client = subprocess.Popen([sys.executable, "-c", script, str(tmp_path)])
    pids: list[int] = []
    for _ in range(200):
        time.sleep(0.05)
        pids = children(client.pid)
        if pids and glob.glob(str(tmp_path / "nnef-lsp-run-*")):
            break
    time.sleep(0.5)
    client.kill()
    client.wait()
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline and (any(map(alive, pids)) or glob.glob(str(tmp_path / "nnef-lsp-run-*"))):
        time.sleep(0.05)
    assert pids and not any(map(alive, pids))


@POSIX
def test_folders_of_killed_processes_are_removed_by_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = (
        "import tempfile, sys, time; tempfile.tempdir = sys.argv[1]\n"
        "from nnef_lsp.runtime.process.folders import TemporaryFolder\nprint(TemporaryFolder('test').path, flush=True); time.sleep(60)"
    )
    processes = [
        subprocess.Popen([sys.executable, "-c", script, str(tmp_path)], stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    left, held = [process.stdout.readline().strip() for process in processes if process.stdout]
    processes[0].kill()
    processes[0].wait()
    (tmp_path / "nnef-lsp-of-others").mkdir()
    with folders.TemporaryFolder("test"):
        assert os.path.exists(left)  # too young
        monkeypatch.setattr(folders, "FRESH_SECONDS", -1.0)
        with folders.TemporaryFolder("test"):
            assert not os.path.exists(left)
            assert os.path.exists(held)
    processes[1].kill()
    processes[1].wait()
    folders.sweep()
    assert os.listdir(tmp_path) == ["nnef-lsp-of-others"]


@pytest.mark.parametrize("shape", [(10**26,), (10**6, 10**6, 10**6, 10**6)])
def test_a_shape_that_no_process_can_hold_is_refused_with_its_place(shape: tuple[int, ...]) -> None:
    graph = Graph(("x", (4,)), outputs=["z"])
    graph.add("y", "tile", "%x", shape=shape, attributes={"repeats": list(shape)}).add("z", "relu", "%y", shape=shape)
    report = run_sync(RunRequest(graph.flat, inputs={"x": "random:1"}, weights="random:1"))
    assert report.status == "failed" and report.error is not None
    assert report.message.startswith(f"'tile' for 'y': its shape [{str(shape)[1:-1].rstrip(',')}] makes 4e+2")
    assert "more than a process can address" in report.message and report.error["tensor"] == "y"


def test_more_memory_than_there_is() -> None:
    graph = Graph(("x", (4,)), outputs=["y"])
    graph.add("y", "tile", "%x", shape=(4 * 10**14,), attributes={"repeats": [10**14]})
    report = run_sync(RunRequest(graph.flat, inputs={"x": "random:1"}, weights="random:1"))
    assert report.status == "out-of-memory"
    assert "the run needs more memory than there is: Unable to allocate" in report.message


def test_the_client_imports_no_numpy() -> None:
    script = "import nnef_lsp.runtime, nnef_lsp.runtime.process.client, sys; assert 'numpy' not in sys.modules"
    subprocess.run([sys.executable, "-c", script], check=True)


def children(of: int | None = None) -> list[int]:
    """Worker processes whose parent is `of` (this process)."""
    found = []
    for path in glob.glob("/proc/[0-9]*/stat"):
        try:
            fields = Path(path).read_text().rpartition(")")[2].split()
            command = Path(path).with_name("cmdline").read_text()
        except OSError:
            continue
        if int(fields[1]) == (of or os.getpid()) and "nnef_lsp.runtime.process.worker" in command:
            found.append(int(path.split("/")[2]))
    return found


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
