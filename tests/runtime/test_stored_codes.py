"""Quantized codes in data files: a run computes with the real values that the entry of graph.quant makes of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nnef_lsp.archive import write_tensor

from ..cli.helpers import cli

Capture = pytest.CaptureFixture[str]

GRAPH = """version 1.0;

graph sum( x ) -> ( y )
{
    x = external(shape = [2, 3]);
    w = variable(shape = [2, 3], label = 'layer/w');
    y = add(x, w);
}
"""
UNSIGNED = np.array([[0, 1, 100], [128, 200, 255]], np.uint8)
SIGNED = np.array([[-128, -7, 0], [1, 60, 127]], np.int8)


def model(folder: Path, codes: np.ndarray, item_type: str, quant: str) -> Path:
    (folder / "graph.nnef").write_text(GRAPH)
    (folder / "graph.quant").write_text(quant)
    write_tensor(folder / "layer" / "w.dat", codes, item_type)
    return folder


CASES: list[tuple[str, np.ndarray, str, Any]] = [
    (
        "zero_point_linear_quantize(zero_point = 128, scale = 0.5, bits = 8, signed = false, symmetric = false)",
        UNSIGNED, "quint8", (UNSIGNED.astype(float) - 128) * 0.5,
    ),
    (
        "zero_point_linear_quantize(zero_point = -3, scale = 0.25, bits = 8, signed = true, symmetric = false)",
        SIGNED, "qint8", (SIGNED.astype(float) + 3) * 0.25,
    ),
    ("linear_quantize(min = -1.0, max = 2.0, bits = 8)", UNSIGNED, "quint8", UNSIGNED / 255 * 3 - 1),
    (
        "min_max_linear_quantize(min = -1.0, max = 1.0, bits = 8, signed = true, symmetric = false)",
        SIGNED, "qint8", (SIGNED + 128.0) / 255 * 2 - 1,
    ),
    (
        "min_max_linear_quantize(min = -1.0, max = 1.0, bits = 8, signed = true, symmetric = true)",
        np.maximum(SIGNED, -127), "qint8", np.maximum(SIGNED, -127) / 127.0,
    ),
    (
        "zero_point_linear_quantize(zero_point = [0, 10], scale = [0.5, 2.0], bits = 8, signed = false, symmetric = false)",
        UNSIGNED, "quint8", (UNSIGNED - np.array([[0.0], [10.0]])) * [[0.5], [2.0]],
    ),
    ("linear_quantize(min = 0.0, max = 3.0, bits = 2)", UNSIGNED % 4, "quint2", UNSIGNED % 4),
    ("logarithmic_quantize(max = 4.0, bits = 3)", UNSIGNED % 8, "quint3", 2.0 ** (UNSIGNED % 8 - 5.0)),
]  # fmt: skip


@pytest.mark.parametrize(("entry", "codes", "item_type", "real"), CASES)
def test_codes_are_decoded(
    tmp_path: Path, capsys: Capture, entry: str, codes: np.ndarray, item_type: str, real: Any
) -> None:
    where = model(tmp_path, codes, item_type, f'"w": {entry};\n')
    np.savez(where / "io.npz", x=np.zeros((2, 3), np.float32), y=np.asarray(real, np.float32))
    assert cli(capsys, "verify", where, "--rtol", "1e-6", "--atol", "1e-6") == (0, f"ok    {where}\n", "")
    ran = cli(capsys, "run", where, "--input", "zeros", "--quantize", "--output", tmp_path / "out.npz")
    assert ran.status == 0, ran.err
    # what quantization makes are the levels that it rounds to: quantizing again changes nothing
    np.testing.assert_allclose(np.load(tmp_path / "out.npz")["y"], real, rtol=1e-6, atol=1e-6)
    assert "warning" not in cli(capsys, "check", where).out


def test_codes_without_an_entry_are_told_and_computed_as_they_are(tmp_path: Path, capsys: Capture) -> None:
    where = model(tmp_path, UNSIGNED, "quint8", '"y": linear_quantize(min = 0.0, max = 1.0, bits = 8);\n')
    assert "warning[codes-undecoded]" in cli(capsys, "check", where).out
    np.savez(where / "io.npz", x=np.zeros((2, 3), np.float32), y=UNSIGNED.astype(np.float32))
    assert cli(capsys, "verify", where).status == 0


def test_an_operation_that_says_nothing_of_codes_stops_the_run(tmp_path: Path, capsys: Capture) -> None:
    ran = cli(capsys, "run", model(tmp_path, UNSIGNED, "quint8", '"w": clamp(a = 0.0, b = 1.0);\n'))
    assert ran.status == 1 and "'clamp' says only how numbers are quantized" in ran.err


def test_a_tensor_shows_codes_and_real_values(tmp_path: Path, capsys: Capture) -> None:
    entry, codes, item_type, real = CASES[0]
    where = model(tmp_path, codes, item_type, f'"w": {entry};\n')
    for words in ((where / "layer" / "w.dat",), (where, "--label", "layer/w")):
        out = cli(capsys, "tensor", *words).out
        assert "range   0 to 255" in out and "(code - 128) * 0.5" in out and "range   -64 to 63.5" in out
        found = json.loads(cli(capsys, "tensor", *words, "--format", "json").out)
        assert (found["min"], found["realValues"]["min"]) == (0, -64)
    cli(capsys, "tensor", where, "--label", "layer/w", "--real", "--export", tmp_path / "w.npy")
    np.testing.assert_array_equal(np.load(tmp_path / "w.npy"), real)


def test_weights_that_an_entry_rounds_away(tmp_path: Path, capsys: Capture) -> None:
    entry = "zero_point_linear_quantize(zero_point = 0, scale = {}, bits = 8, signed = true, symmetric = false)"
    where = model(tmp_path, SIGNED / np.float32(256), "float32", f'"w": {entry.format(90.0)};\n')
    assert "warning[quantization-collapses]: this makes the one value 0" in cli(capsys, "check", where).out
    (where / "graph.quant").write_text(f'"w": {entry.format(0.01)};\n')
    assert cli(capsys, "check", where).out == "no problems\n"


@pytest.mark.parametrize(
    "entry",
    [
        "linear_quantize(min = 0.5, max = 0.5, bits = 8)",
        "zero_point_linear_quantize(zero_point = 3, scale = 0.0, bits = 8, signed = false, symmetric = false)",
    ],
)
def test_codes_that_all_stand_for_one_number_are_told(tmp_path: Path, capsys: Capture, entry: str) -> None:
    where = model(tmp_path, UNSIGNED, "quint8", f'"w": {entry};\n')
    assert "warning[quantization-collapses]" in cli(capsys, "check", where).out
    write_tensor(where / "layer" / "w.dat", UNSIGNED.astype(np.float32))
    assert "quantization-collapses" in cli(capsys, "check", where).out or "scale" in entry


def test_a_single_number_may_be_a_code(tmp_path: Path, capsys: Capture) -> None:
    """Found by random networks: a variable of rank 0 has no extents that its parameters could have."""
    entry = "zero_point_linear_quantize(zero_point = 100, scale = 0.5, bits = 8, signed = false, symmetric = false)"
    where = model(tmp_path, np.asarray(104, np.uint8), "quint8", f'"w": {entry};\n')
    (where / "graph.nnef").write_text(GRAPH.replace("w = variable(shape = [2, 3]", "w = variable(shape = []"))
    np.savez(where / "io.npz", x=np.zeros((2, 3), np.float32), y=np.full((2, 3), 2.0, np.float32))
    assert cli(capsys, "verify", where) == (0, f"ok    {where}\n", "")
    assert "warning" not in cli(capsys, "check", where).out
