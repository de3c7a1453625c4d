"""`nnef-lsp run` on the example that reads digits, and everything that can be wrong with what it is given."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from .helpers import EXAMPLES, GRAPH, cli

Capture = pytest.CaptureFixture[str]
DIGITS = EXAMPLES / "digits"


@pytest.mark.parametrize("digit", [3, 7])
def test_a_picture_is_read(capsys: Capture, digit: int) -> None:
    ran = cli(capsys, "run", DIGITS, "--input", f"image={DIGITS}/samples/{digit}.png", "--top", 1)
    assert (ran.status, ran.err) == (0, "")
    assert ran.out.startswith("probabilities: float32 [1, 10]") and f"#1 [0, {digit}] = 0.9" in ran.out


def test_json_and_files(tmp_path: Path, capsys: Capture) -> None:
    source = f"image={DIGITS}/samples/3.npy"
    ran = cli(
        capsys,
        "run",
        DIGITS,
        "--input",
        source,
        "--format",
        "json",
        "--keep",
        "strokes",
        "--output",
        tmp_path / "o.npz",
    )
    found = json.loads(ran.out)
    assert (ran.status, found["status"], list(found["outputs"]), list(found["kept"])) == (
        0,
        "done",
        ["probabilities"],
        ["strokes"],
    )
    assert found["outputs"]["probabilities"]["top"][0]["index"] == [0, 3]
    with np.load(tmp_path / "o.npz") as arrays:
        assert {name: arrays[name].shape for name in arrays} == {"probabilities": (1, 10), "strokes": (1, 24, 8, 8)}
        assert arrays["probabilities"].argmax() == 3


def test_arrays_are_what_the_graph_says(model: Path, capsys: Capture) -> None:
    np.save(model / "in.npy", np.array([[1, 2, 3, 4]], np.float32))
    assert cli(capsys, "run", model, "--input", f"x={model}/in.npy", "--output", model / "o.npz").status == 0
    weights = np.arange(12, dtype=np.float32).reshape(3, 4) - 6
    with np.load(model / "o.npz") as arrays:
        assert np.array_equal(arrays["y"], np.maximum(np.array([[1, 2, 3, 4]]) @ weights.T, 0))


def test_profile_and_random_inputs(capsys: Capture) -> None:
    ran = cli(capsys, "run", DIGITS, "--profile")
    assert ran.status == 0 and "GFLOP/s" in ran.out and "conv" in ran.out
    same = [cli(capsys, "run", DIGITS, "--input", "random:7", "--format", "json").out for _ in range(2)]
    assert json.loads(same[0])["outputs"] == json.loads(same[1])["outputs"]


@pytest.mark.parametrize(
    ("options", "status", "sentence"),
    [
        (["--input", "image=nothing.png"], 1, "does not exist"),
        (["--input", "picture=zeros"], 2, "no input 'picture'; its inputs are image"),
        (["--input", "image=zeros", "--input", "image=ones"], 2, "given twice"),
        (["--input", "image=random:x"], 1, "seed"),
        (["--input", f"image={DIGITS}/labels.txt"], 1, "labels.txt"),
        (["--keep", "nothing"], 2, "no tensor 'nothing'"),
        (["--output", "nowhere/o.npz"], 1, "cannot be written"),
        (["--engine", "steam"], 2, "no engine 'steam'"),
        (["--compare", "steam"], 2, "no engine 'steam'"),
        (["--threads", "0"], 2, "--threads"),
        (["--top", "-1"], 2, "--top"),
    ],
)
def test_wrong_use_is_one_sentence(capsys: Capture, options: list[str], status: int, sentence: str) -> None:
    ran = cli(capsys, "run", DIGITS, *options)
    assert ran.status == status and sentence in ran.err and "Traceback" not in ran.err
    assert ran.out == "" and ran.err.strip().split("\n")[-1].startswith("nnef-lsp")


def test_an_input_of_the_wrong_shape(model: Path, capsys: Capture) -> None:
    np.save(model / "in.npy", np.zeros((2, 5), np.float32))
    ran = cli(capsys, "run", model, "--input", f"x={model}/in.npy")
    assert (ran.status, ran.out) == (1, "") and "[2, 5]" in ran.err and "[1, 4]" in ran.err


def test_a_model_with_errors_does_not_run(model: Path, capsys: Capture) -> None:
    (model / "graph.nnef").write_text(GRAPH.replace("relu(h)", "relu(q)"))
    ran = cli(capsys, "run", model)
    assert (ran.status, ran.out) == (1, "")
    assert ran.err == f"nnef-lsp: {model} cannot run, it has errors:\n{model}/graph.nnef:8:14: 'q' is not defined\n"


def test_weights_that_are_not_there(model: Path, capsys: Capture) -> None:
    (model / "w.dat").unlink()
    ran = cli(capsys, "run", model)
    assert (ran.status, ran.out) == (1, "") and "w.dat" in ran.err
    assert cli(capsys, "run", model, "--weights", "random:1").status == 0


def test_a_path_that_cannot_be_read(capsys: Capture) -> None:
    assert cli(capsys, "run", "nothing") == (2, "", "nnef-lsp: nothing does not exist.\n")


def test_saved_inputs(model: Path, capsys: Capture) -> None:
    np.save(model / "in.npy", np.array([[1, 2, 3, 4]], np.float32))
    (model / ".nnef-lsp").mkdir()
    (model / ".nnef-lsp" / "inputs.json").write_text('{"version": 1, "sets": {"four": {"inputs": {"x": "in.npy"}}}}')
    direct = cli(capsys, "run", model, "--input", f"x={model}/in.npy").out.splitlines()[0]
    for path in (model, model / "graph.nnef"):
        assert cli(capsys, "run", path, "--inputs", "four").out.splitlines()[0] == direct
    assert cli(capsys, "run", model, "--inputs", "four", "--input", "x=zeros").out.splitlines()[0] != direct
    refused = cli(capsys, "run", model, "--inputs", "five")
    assert refused.status == 2
    assert "no set of inputs 'five'" in refused.err and "'four'" in refused.err


VIEWED = """version 1.0;
extension tract_registry tract_core;
graph g( x ) -> ( y )
{
    x = external(shape = [1, 4, 8]);
    a = exp(x);
    v = slice(a, axes = [1], begin = [1], end = [2]);
    b = tanh(mul(x, 2.0));
    c = relu(sub(b, 0.5));
    d = sigmoid(add(c, b));
    y = add(d, v);
}
"""


@pytest.mark.parametrize("options", [[], ["--poison"], ["--threads", "2"], ["--keep", "v"]])
def test_a_view_of_memory_that_is_used_again(tmp_path: Path, capsys: Capture, options: list[str]) -> None:
    (tmp_path / "graph.nnef").write_text(VIEWED)
    x = np.linspace(-1, 1, 32, dtype=np.float32).reshape(1, 4, 8)
    np.save(tmp_path / "x.npy", x)
    ran = cli(capsys, "run", tmp_path, "--input", f"x={tmp_path}/x.npy", "--output", tmp_path / "o.npz", *options)
    assert (ran.status, ran.err) == (0, "")
    b = np.tanh(2 * x)
    y = 1 / (1 + np.exp(-(np.maximum(b - 0.5, 0) + b))) + np.exp(x)[:, 1:2]
    with np.load(tmp_path / "o.npz") as arrays:
        np.testing.assert_allclose(arrays["y"], y, rtol=1e-5)
