"""The commands tensor, pack, unpack and weights, as a shell would call them."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
import pytest

from nnef_lsp.archive.pictures.png import read_png
from nnef_lsp.cli import pack, tensor, unpack, weights


def run(*words: object) -> int:
    parser = argparse.ArgumentParser()
    commands = parser.add_subparsers()
    for module in (tensor, pack, unpack, weights):
        module.register(commands)
    args = parser.parse_args([str(word) for word in words])
    return int(args.run(args))


def test_a_tensor_is_drawn(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("tensor", folder / "conv" / "filter.dat") == 0
    text = capsys.readouterr().out
    assert "float32 [2, 3, 2, 2] (scalar)" in text and "mean    11.5" in text and "█" in text and "\x1b" not in text


def test_a_tensor_as_json(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("tensor", folder, "--label", "conv/bias", "--format", "json") == 0
    facts = json.loads(capsys.readouterr().out)
    assert (facts["shape"], facts["itemType"], facts["min"], facts["max"]) == ([1, 2], "float16", 1, 2)


def test_a_tensor_is_exported(folder: Path, tmp_path: Path) -> None:
    assert run("tensor", folder / "mask.dat", "--export", tmp_path / "x.npy", "--image", tmp_path / "x.png") == 0
    assert np.load(tmp_path / "x.npy").tolist() == [True, False, True]
    assert read_png(tmp_path / "x.png").shape[2] == 3


def test_a_bad_file_is_one_sentence_and_no_output(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bad = tmp_path / "bad.dat"
    bad.write_bytes(b"hello")
    assert run("tensor", bad, "--export", tmp_path / "x.npy") == 1
    out, err = capsys.readouterr()
    assert out == "" and err.count("\n") == 1 and "not an NNEF tensor file" in err
    assert [p.name for p in tmp_path.iterdir()] == ["bad.dat"]


def test_packing(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("pack", folder, tmp_path / "m.tgz") == 0
    assert run("pack", folder, tmp_path / "m.tgz") == 2
    assert run("pack", folder, tmp_path / "m.tgz", "--force") == 0
    assert run("unpack", tmp_path / "m.tgz", tmp_path / "again") == 0
    assert run("unpack", tmp_path / "m.tgz", tmp_path / "again") == 2
    assert "6 files" in capsys.readouterr().out


def test_exchanging_weights(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("weights", "export", folder, tmp_path / "w.safetensors") == 0
    np.savez(tmp_path / "w.npz", m=np.zeros(3, bool))
    before = (folder / "mask.dat").read_bytes()
    assert run("weights", "import", folder, tmp_path / "w.npz", "--map", "mask=m", "--dry-run") == 0
    assert (folder / "mask.dat").read_bytes() == before
    assert "2 items change" in capsys.readouterr().out
    (tmp_path / "map.json").write_text('{"mask": "m"}')
    assert run("weights", "import", folder, tmp_path / "w.npz", "--map", tmp_path / "map.json") == 0
    assert (folder / "mask.dat").read_bytes() != before
    assert run("weights", "import", folder, tmp_path / "w.npz") == 1
    assert "matches a label" in capsys.readouterr().err


def test_weights_of_a_bare_graph(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "graph.nnef").write_text(
        "version 1.0;\ngraph g( x ) -> ( y )\n{\n    x = external(shape = [1,2]);\n"
        "    w = variable(shape = [2,2], label = 'fc/weight');\n    y = matmul(x, w);\n}\n"
    )
    np.savez(tmp_path / "w.npz", **{"fc.weight": np.eye(2, dtype=np.float32)})
    assert run("weights", "import", tmp_path, tmp_path / "w.npz") == 0
    assert "new file" in capsys.readouterr().out
    assert run("tensor", tmp_path, "--label", "fc/weight") == 0
