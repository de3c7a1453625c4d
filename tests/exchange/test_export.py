"""`nnef-lsp export`: what a person holds afterwards."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

onnx = pytest.importorskip("onnx", reason="onnx is not installed")

from nnef_lsp.archive import write_tensor  # noqa: E402

EXAMPLES = Path(__file__).parents[2] / "examples"
NET = """version 1.0;

graph net( x ) -> ( y )
{
    x = external<scalar>(shape = [1, 4]);
    w = variable<scalar>(shape = [3, 4], label = 'dense/w');
    h = linear(x, w);
    y = relu(h);
}
"""


def export(*words: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "nnef_lsp", "export", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, timeout=100)


@pytest.fixture
def model(tmp_path: Path) -> Path:
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "graph.nnef").write_text(NET)
    (folder / "dense").mkdir()
    write_tensor(folder / "dense" / "w.dat", np.arange(12, dtype=np.float32).reshape(3, 4))
    return folder


@pytest.mark.parametrize("example", ["digits", "parity"])
@pytest.mark.parametrize("words", [[], ["--external-data"], ["--opset", "17"]])
def test_the_examples_are_within_a_hundred_thousandth(example: str, words: list[str], tmp_path: Path) -> None:
    pytest.importorskip("onnxruntime")
    done = export(EXAMPLES / example, tmp_path / "out.onnx", "--rtol", "0", "--atol", "1e-5", *words)
    assert (done.returncode, done.stderr) == (0, "")
    assert "largest difference" in done.stdout and "nodes, opset" in done.stdout
    onnx.checker.check_model(str(tmp_path / "out.onnx"), full_check=True)
    assert (tmp_path / "out.onnx.data").exists() == ("--external-data" in words)


def test_names_and_weights_are_kept(model: Path, tmp_path: Path) -> None:
    assert export(model, tmp_path / "out.onnx", "--no-proof").returncode == 0
    graph = onnx.load(str(tmp_path / "out.onnx")).graph
    assert [node.op_type for node in graph.node] == ["Gemm", "Relu"]
    assert ([value.name for value in graph.input], [value.name for value in graph.output]) == (["x"], ["y"])
    (weights,) = (item for item in graph.initializer if item.name == "w")
    assert onnx.numpy_helper.to_array(weights).tolist() == np.arange(12.0).reshape(3, 4).tolist()


def test_what_onnx_cannot_say_is_told_all_at_once(tmp_path: Path) -> None:
    graph = tmp_path / "graph.nnef"
    graph.write_text(
        "version 1.0;\n\ngraph g( x ) -> ( y, z )\n{\n    x = external<scalar>(shape = [1]);\n"
        "    y = cast<string>(x);\n    z = cast<string>(x);\n}\n"
    )
    done = export(graph, tmp_path / "out.onnx")
    assert done.returncode == 1 and not (tmp_path / "out.onnx").exists()
    assert "2 of its operations have no counterpart" in done.stderr
    assert ":6:5: 'cast' for 'y': " in done.stderr and ":7:5: 'cast' for 'z': " in done.stderr


def test_a_difference_is_told_and_nothing_is_written(model: Path, tmp_path: Path) -> None:
    """float32 differs somewhere in the last digits, which no tolerance allows."""
    pytest.importorskip("onnxruntime")
    (model / "graph.nnef").write_text(
        NET.replace("y = relu(h);", "s = sin(h);\n    a = mul(s, 10.0);\n    y = exp(a);")
    )
    done = export(model, tmp_path / "out.onnx", "--rtol", "0", "--atol", "0")
    assert done.returncode == 1 and "the output 'y' differs by up to" in done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["model"]
    done = export(model, tmp_path / "out.onnx", "--rtol", "0", "--atol", "0", "--force")
    assert done.returncode == 0 and (tmp_path / "out.onnx").exists()


def test_wrong_use_is_told(model: Path, tmp_path: Path) -> None:
    there = tmp_path / "there.onnx"
    there.write_text("mine")
    for words, sentence in (
        ([model, there], "exists already; replace it with --force"),
        ([model, tmp_path / "out.pb"], "does not end in .onnx"),
        ([model, tmp_path / "no" / "out.onnx"], "cannot be written"),
        ([tmp_path / "nothing", tmp_path / "out.onnx"], "nothing"),
    ):
        done = export(*words)
        assert done.returncode == 2 and sentence in done.stderr and "Traceback" not in done.stderr
    assert there.read_text() == "mine"


def test_without_the_package_there_is_the_command_that_installs_it(model: Path, tmp_path: Path) -> None:
    code = "import sys; sys.modules['onnx'] = None; from nnef_lsp.cli.main import main; sys.exit(main(sys.argv[1:]))"
    words = [sys.executable, "-c", code, "export", str(model), str(tmp_path / "out.onnx")]
    done = subprocess.run(words, capture_output=True, text=True)
    assert done.returncode == 2 and "pip install 'nnef-lsp[onnx]'" in done.stderr


def test_a_broken_weight_leaves_nothing(model: Path, tmp_path: Path) -> None:
    shutil.copytree(model, tmp_path / "broken")
    (tmp_path / "broken" / "dense" / "w.dat").write_bytes(b"\x4e\xef\x01\x00")
    done = export(tmp_path / "broken", tmp_path / "out.onnx")
    assert done.returncode in (1, 2) and "Traceback" not in done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["broken", "model"]


def test_shapes_that_are_open_become_names_of_axes(tmp_path: Path) -> None:
    pytest.importorskip("onnxruntime")
    graph = tmp_path / "graph.nnef"
    graph.write_text(
        "version 1.0;\n\nextension tract_symbol S;\n\ngraph g( x ) -> ( y )\n{\n"
        "    x = external<scalar>(shape = [S, 3]);\n    y = relu(x);\n}\n"
    )
    done = export(graph, tmp_path / "out.onnx")
    assert done.returncode == 0, done.stderr
    assert "not proved: extents of its inputs are symbolic" in done.stdout
    (value,) = onnx.load(str(tmp_path / "out.onnx")).graph.input
    assert [dim.dim_param or dim.dim_value for dim in value.type.tensor_type.shape.dim] == ["S", 3]
    assert "y: largest difference 0" in export(graph, tmp_path / "fixed.onnx", "--set", "S=2").stdout
