"""`nnef-lsp verify`: a run agrees with the outputs that were expected, or the place where it does not is named."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from nnef_lsp.archive import write_tensor

from .helpers import EXAMPLES, GRAPH, cli

Capture = pytest.CaptureFixture[str]
X = np.array([[1, 2, 3, 4]], np.float32)
Y = np.maximum(X @ (np.arange(12, dtype=np.float32).reshape(3, 4) - 6).T, 0)


def bundle(model: Path, **arrays: np.ndarray) -> Path:
    np.savez(model / "io.npz", **arrays)
    return model


def test_examples_agree(capsys: Capture) -> None:
    paths = [EXAMPLES / "digits", EXAMPLES / "parity"]
    ran = cli(capsys, "verify", *paths)
    assert ran == (0, "".join(f"ok    {path}\n" for path in paths), "")


def test_a_wrong_value_is_named_with_its_place(model: Path, capsys: Capture) -> None:
    wrong = Y.copy()
    wrong[0, 2] += 0.5
    ran = cli(capsys, "verify", bundle(model, x=X, y=wrong))
    assert ran.status == 1
    assert (
        ran.out
        == f"FAIL  {model}: 'y' is wrong in 1 of 3 items; the largest error is at [0, 2]: 36, expected 36.5\n".replace(
            "36,", f"{Y[0, 2]:.6g},"
        ).replace("36.5", f"{wrong[0, 2]:.6g}")
    )


def test_tolerances(model: Path, capsys: Capture) -> None:
    bundle(model, x=X, y=Y + np.float32(0.01))
    assert cli(capsys, "verify", model).status == 1
    assert cli(capsys, "verify", model, "--atol", 0.1).status == 0


def test_json(model: Path, capsys: Capture) -> None:
    ran = cli(capsys, "verify", bundle(model, x=X, y=Y + 1), EXAMPLES / "parity", "--format", "json")
    first, second = json.loads(ran.out)
    assert (ran.status, first["ok"], first["tensor"], first["max_abs_error"], second["ok"]) == (
        1,
        False,
        "y",
        1.0,
        True,
    )


@pytest.mark.parametrize(
    ("arrays", "reason"),
    [
        ({"y": Y}, "no array for the input 'x'"),
        ({"x": X}, "none of the graph's outputs: y"),
        ({"x": X, "y": Y[:, :2]}, "'y' has shape [1, 3], expected [1, 2]"),
        ({"x": X[:, :2], "y": Y}, "[1, 2]"),
    ],
)
def test_bundles_that_do_not_fit(model: Path, capsys: Capture, arrays: dict[str, np.ndarray], reason: str) -> None:
    ran = cli(capsys, "verify", bundle(model, **arrays))
    assert ran.status == 1 and ran.out.startswith(f"FAIL  {model}: ") and reason in ran.out


def test_a_bundle_elsewhere(model: Path, tmp_path: Path, capsys: Capture) -> None:
    np.savez(tmp_path / "other.npz", x=X, y=Y)
    assert cli(capsys, "verify", model / "graph.nnef", "--io", tmp_path / "other.npz").status == 0


@pytest.mark.parametrize("content", [b"", b"no zip", b"PK\3\4broken"])
def test_bundles_that_are_none(model: Path, capsys: Capture, content: bytes) -> None:
    (model / "io.npz").write_bytes(content)
    ran = cli(capsys, "verify", model)
    assert ran.status == 1 and "io.npz" in ran.out and "Traceback" not in ran.err


def test_models_that_cannot_run(model: Path, capsys: Capture) -> None:
    assert "io.npz" in cli(capsys, "verify", model).out
    assert "nothing.npz" in cli(capsys, "verify", model, "--io", "nothing.npz").out
    (model / "graph.nnef").write_text(GRAPH.replace("relu(h)", "relu(q)"))
    assert "'q' is not defined" in cli(capsys, "verify", bundle(model, x=X, y=Y)).out


def test_a_path_that_cannot_be_read_is_status_2(capsys: Capture) -> None:
    ran = cli(capsys, "verify", "nothing", EXAMPLES / "parity")
    assert ran.status == 2 and "FAIL  nothing: nothing does not exist." in ran.out and "ok    " in ran.out


@pytest.mark.parametrize("names", [("input", "output"), ("x", "y")])
def test_tensor_files_beside_the_model(model: Path, capsys: Capture, names: tuple[str, str]) -> None:
    for name, array in zip(names, (X, Y), strict=True):
        write_tensor(model / f"{name}.dat", array)
    assert cli(capsys, "verify", model, model / "graph.nnef") == (
        0,
        f"ok    {model}\nok    {model / 'graph.nnef'}\n",
        "",
    )
    write_tensor(model / f"{names[1]}.dat", Y + np.float32(1))
    assert cli(capsys, "verify", model).status == 1


def test_several_tensor_files_are_in_the_order_of_the_graph(tmp_path: Path, capsys: Capture) -> None:
    (tmp_path / "graph.nnef").write_text(
        "version 1.0;\ngraph g( a, b ) -> ( y, z )\n{\n    a = external(shape = [2]);\n    b = external(shape = [2]);\n"
        "    y = sub(a, b);\n    z = mul(a, b);\n}\n"
    )
    a, b = np.array([1, 2], np.float32), np.array([5, 3], np.float32)
    for name, array in (("input0", a), ("input1", b), ("output0", a - b), ("output1", a * b)):
        write_tensor(tmp_path / f"{name}.dat", array)
    assert cli(capsys, "verify", tmp_path) == (0, f"ok    {tmp_path}\n", "")


def test_a_pair_that_is_not_complete_is_told(model: Path, capsys: Capture) -> None:
    write_tensor(model / "output.dat", Y)
    assert cli(capsys, "verify", model).out == (
        f"FAIL  {model}: {model} has tensor files for outputs, but none for the input 'x'\n"
    )
    write_tensor(model / "input.dat", X)
    assert cli(capsys, "verify", model) == (0, f"ok    {model}\n", "")
    (model / "output.dat").unlink()
    assert cli(capsys, "verify", model).out == (
        f"FAIL  {model}: {model} has neither io.npz nor input.dat and output.dat to compare with\n"
    )


def test_numbered_bundles_are_verified_one_by_one(model: Path, capsys: Capture) -> None:
    weights = np.arange(12, dtype=np.float32).reshape(3, 4) - 6
    for name, factor in (("io.npz", 1.0), ("io-2.npz", 2.0), ("io-10.npz", 3.0)):
        x = np.full((1, 4), factor, np.float32)
        np.savez(model / name, x=x, y=np.maximum(x @ weights.T, 0) + (factor == 2.0))
    np.savez(model / "other.npz", x=x)
    ran = cli(capsys, "verify", model)
    lines = [line[: line.index(")") + 1].split(" ", 1) for line in ran.out.splitlines()]
    assert ran.status == 1
    assert [(word, line.strip()) for word, line in lines] == [
        ("ok", f"{model} (io.npz)"), ("FAIL", f"{model} (io-2.npz)"), ("ok", f"{model} (io-10.npz)")
    ]  # fmt: skip
    archive = model.parent / "packed.nnef.tgz"
    cli(capsys, "pack", model, archive)
    assert [item["bundle"] for item in json.loads(cli(capsys, "verify", archive, "--format", "json").out)] == [
        "io.npz", "io-2.npz", "io-10.npz"
    ]  # fmt: skip
