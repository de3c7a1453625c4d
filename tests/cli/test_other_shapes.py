"""Symbols with values, other shapes of inputs (section 2.2), and graphs in files of any name."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from .helpers import cli

Capture = pytest.CaptureFixture[str]

SYMBOLIC = """version 1.0;
extension tract_registry tract_core;
extension tract_symbol N;

graph g( x ) -> ( z )
{
    x = tract_core_external(shape = [N, 16], datum_type = 'f32');
    y = matmul(x, tract_core_broadcast(1.0, shape = [16, 8]));
    z = relu(y);
}
"""
PLAIN = """version 1.0;

graph g( x ) -> ( y )
{
    x = external(shape = [1, 3, 8, 8]);
    t = avg_pool(x, size = [1, 1, 2, 2], stride = [1, 1, 2, 2], border = 'ignore');
    y = softmax(t, axes = [1]);
}
"""


def test_stats_of_symbols_are_expressions_or_numbers(tmp_path: Path, capsys: Capture) -> None:
    path = tmp_path / "graph.nnef"
    path.write_text(SYMBOLIC)
    found = json.loads(cli(capsys, "stats", path, "--format", "json").out)[str(path)]
    assert (found["macs"], found["operations"]["matmul"]["macs"]) == ("128*N", "128*N")
    assert "unknown" not in cli(capsys, "stats", path).out
    found = json.loads(cli(capsys, "stats", path, "--set", "N=3", "--format", "json").out)[str(path)]
    assert (found["macs"], found["peak_bytes"]) == (384, (16 * 8 + 3 * 8) * 4)
    ran = cli(capsys, "stats", path, "--set", "M=3")
    assert ran.status == 2 and "no symbol 'M'" in ran.err


def test_shapes_and_check_take_values_of_symbols(tmp_path: Path, capsys: Capture) -> None:
    path = tmp_path / "graph.nnef"
    path.write_text(SYMBOLIC.replace("relu(y)", "reshape(y, shape = [8, 5])"))
    assert json.loads(cli(capsys, "shapes", path, "--set", "N=5", "--format", "json").out)[str(path)]["y"]["shape"] == [
        5,
        8,
    ]
    assert cli(capsys, "check", path, "--set", "N=5").status == 0
    assert cli(capsys, "check", path, "--set", "N=6").status == 1


def test_another_shape_of_an_input_is_propagated(tmp_path: Path, capsys: Capture) -> None:
    path = tmp_path / "graph.nnef"
    path.write_text(PLAIN)
    found = json.loads(cli(capsys, "shapes", path, "--input", "x=2,3,6,4", "--format", "json").out)[str(path)]
    assert (found["x"]["shape"], found["y"]["shape"]) == ([2, 3, 6, 4], [2, 3, 3, 2])
    np.save(tmp_path / "x.npy", np.zeros((2, 3, 6, 4), np.float32))
    ran = cli(capsys, "run", path, "--input", f"x={tmp_path / 'x.npy'}")
    assert ran.status == 0 and "float32 [2, 3, 3, 2]" in ran.out
    np.savez(tmp_path / "io.npz", x=np.zeros((2, 3, 6, 4), np.float32), y=np.full((2, 3, 3, 2), 1 / 3, np.float32))
    assert cli(capsys, "verify", path).status == 0


def test_a_shape_that_leads_to_invalid_arguments_is_refused(tmp_path: Path, capsys: Capture) -> None:
    path = tmp_path / "graph.nnef"
    path.write_text(PLAIN)
    np.save(tmp_path / "x.npy", np.zeros((2, 3), np.float32))
    ran = cli(capsys, "run", path, "--input", f"x={tmp_path / 'x.npy'}")
    assert ran.status == 1 and "[2, 3]" in ran.err
    assert cli(capsys, "shapes", path, "--input", "q=1,2").status == 2
    assert cli(capsys, "shapes", path, "--input", "x=a").status == 2


@pytest.mark.parametrize("name", ["graph.nnef.txt", "alexnet.txt", "net"])
def test_a_graph_in_a_file_of_any_name(tmp_path: Path, capsys: Capture, name: str) -> None:
    (tmp_path / name).write_text("# a comment\n" + PLAIN)
    assert cli(capsys, "check", tmp_path / name) == (0, "no problems\n", "")
    (tmp_path / name).write_text("Dear reader, this is not a graph.\n")
    assert cli(capsys, "check", tmp_path / name).status == 2


def test_a_linear_layer_of_rank_three_is_a_batch_of_products(tmp_path: Path, capsys: Capture) -> None:
    (tmp_path / "graph.nnef").write_text(
        "version 1.0;\n\ngraph g( x, f, b ) -> ( y )\n{\n    x = external(shape = [2, 3, 4]);\n    f = external(shape = [1, 5, 4]);\n"
        "    b = external(shape = [1, 1, 5]);\n    y = linear(x, f, b);\n}\n"
    )
    x, f, b = (
        np.random.RandomState(at).standard_normal(shape).astype(np.float32)
        for at, shape in enumerate([(2, 3, 4), (1, 5, 4), (1, 1, 5)])
    )
    np.savez(tmp_path / "io.npz", x=x, f=f, b=b, y=x @ f.swapaxes(1, 2) + b)
    assert cli(capsys, "verify", tmp_path, "--paths") == (0, f"ok    {tmp_path}\n", "")
    (tmp_path / "graph.nnef").write_text((tmp_path / "graph.nnef").read_text().replace("[1, 5, 4]", "[5, 4]"))
    assert cli(capsys, "check", tmp_path).status == 1  # "they must be equal" (4.7)
