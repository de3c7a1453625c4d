"""`nnef-lsp benchmark`: several contenders in turns, and one that cannot run."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from .helpers import EXAMPLES, cli, shell

Capture = pytest.CaptureFixture[str]
DIGITS = EXAMPLES / "digits"


def test_contenders_are_told_side_by_side() -> None:
    ran = shell(f"nnef-lsp benchmark '{DIGITS}' --runs 3 --warmup 1 --threads 1,2")
    lines = ran.stdout.decode().splitlines()
    assert ran.returncode == 0 and ran.stderr == b""
    assert lines[0].split()[:4] == ["engine", "threads", "p50", "ms"]
    assert [line.split()[:2] for line in lines[1:]] == [["numpy", "1"], ["numpy", "2"]]


def test_json(capsys: Capture) -> None:
    ran = cli(capsys, "benchmark", DIGITS, "--runs", 4, "--warmup", 0, "--format", "json")
    (found,) = json.loads(ran.out)
    assert found["engine"] == "numpy" and found["runs"] == len(found["seconds"]) == 4
    assert 0 < found["min"] <= found["p50"] <= found["p90"] <= found["p99"] == found["max"]
    assert found["memoryBytes"] > 1 << 20 and found["loadSeconds"] > 0


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (["--engine", "gpu"], 2, "there is no engine 'gpu'"),
        (["--threads", "0"], 2, "0 is not between 1 and"),
        (["--threads", "two"], 2, "'two' is not an integer"),
        (["--input", "nothing=zeros"], 1, "the graph has no input 'nothing'"),
        (["--input", "image=none.npy"], 1, "the file '"),
    ],
)
def test_what_is_wrong_is_told(capsys: Capture, words: list[str], status: int, said: str) -> None:
    ran = cli(capsys, "benchmark", DIGITS, "--runs", 1, *words)
    assert ran.status == status and said in ran.err


def test_a_contender_that_cannot_run_costs_nobody_else(tmp_path: Path, capsys: Capture) -> None:
    pytest.importorskip("onnxruntime", reason="the other contender is onnxruntime")
    (tmp_path / "graph.nnef").write_text(
        "version 1.0;\nextension tract_registry tract_core;\n\ngraph g( x ) -> ( y )\n{\n"
        "    x = external<scalar>(shape = [1, 8, 2]);\n    y = tract_core_fft(x, axis = 1, inverse = false);\n}\n"
    )
    ran = cli(capsys, "benchmark", tmp_path, "--runs", 2, "--engine", "numpy,onnxruntime")
    assert ran.status == 1 and ran.out.splitlines()[1].split()[:2] == ["numpy", "1"]
    assert "onnxruntime, 1 thread: the graph cannot be written as ONNX" in ran.err
