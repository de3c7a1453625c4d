"""`nnef-lsp cast`: weights in another type, with the error of each."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from nnef_lsp.archive import open_tensor

from .helpers import command, files, model, stored

NET = """\
version 1.0;

graph net( x ) -> ( y )
{
    x = external(shape = [2, 8]);
    w = variable(shape = [4, 8], label = 'fc/filter');
    b = variable(shape = [1, 4], label = 'fc/bias');
    y = linear(x, w, b);
}
"""


def test_half_as_large(tmp_path: Path) -> None:
    ran = command("cast", model(tmp_path / "net", NET), "--to", "float16", "-o", tmp_path / "out")
    assert (ran.status, ran.err) == (0, ""), ran.err
    assert open_tensor(tmp_path / "out" / "fc" / "filter.dat").item_type == "float16"
    old = stored(tmp_path / "net", "fc/filter")
    assert np.array_equal(stored(tmp_path / "out", "fc/filter"), old.astype(np.float16))
    largest = np.abs(old.astype(np.float16).astype(np.float64) - old).max()
    assert f"fc/filter: float32 to float16, largest error {largest:.2g}, signal to noise" in ran.out


def test_codes_have_an_entry_in_graph_quant(tmp_path: Path) -> None:
    net = model(tmp_path / "net", NET)
    ran = command("cast", net, "--to", "int8", "--only", "*/filter", "-o", tmp_path / "out", "--tolerance", "0.02")
    assert (ran.status, ran.err) == (0, ""), ran.err
    out = tmp_path / "out"
    assert files(out) == ["fc/bias.dat", "fc/filter.dat", "graph.nnef", "graph.quant"]
    scale = float(f"{float(np.abs(stored(net, 'fc/filter')).max()) / 127:.9g}")
    wanted = f'"w": zero_point_linear_quantize(zero_point = 0, scale = {scale:.9g}, bits = 8, signed = true, symmetric = true);\n'
    assert (out / "graph.quant").read_text() == wanted
    assert open_tensor(out / "fc" / "filter.dat").item_type == "qint8"
    codes = stored(out, "fc/filter")
    assert np.abs(codes * scale - stored(net, "fc/filter")).max() <= scale / 2 * 1.001
    assert command("check", out).status == 0


@pytest.mark.parametrize(
    "words, told",
    [
        (["--to", "bfloat16"], "cannot be stored as 'bfloat16'"),
        (["--to", "flaot16"], "there is no type 'flaot16'"),
        (["--to", "float16", "--only", "fd/*"], "no label fits fd/*"),
    ],
)
def test_what_cannot_be_cast_is_refused(tmp_path: Path, words: list[str], told: str) -> None:
    ran = command("cast", model(tmp_path / "net", NET), *words, "-o", tmp_path / "out")
    assert ran.status == 1 and told in ran.err and not (tmp_path / "out").exists()


def test_numbers_beyond_the_type_are_refused(tmp_path: Path) -> None:
    net = model(tmp_path / "net", NET, fc__bias=np.array([[1, 2, 3, 1e6]], np.float32))
    ran = command("cast", net, "--to", "float16", "-o", tmp_path / "out")
    assert ran.status == 1 and "'fc/bias' has items up to 1e+06, which are beyond that type" in ran.err


def test_a_difference_above_tolerance_writes_nothing_unless_forced(tmp_path: Path) -> None:
    words = ["cast", model(tmp_path / "net", NET), "--to", "int2", "-o", tmp_path / "out"]
    ran = command(*words)
    assert ran.status == 1 and "the output 'y' is not the same" in ran.err and not (tmp_path / "out").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["net"]
    assert command(*words, "--force").status == 1 and (tmp_path / "out").exists()
