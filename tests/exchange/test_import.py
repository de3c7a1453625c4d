"""`nnef-lsp import`: what a person reads afterwards, and what is said of files that cannot be read."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

onnx = pytest.importorskip("onnx", reason="onnx is not installed")

from onnx import TensorProto, helper  # noqa: E402

from .onnx_models import model, node, saved, value  # noqa: E402

RNG = np.random.default_rng(0)


def weights(*shape: int) -> np.ndarray:
    return RNG.standard_normal(shape).astype(np.float32)


def run(*words: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "nnef_lsp", "import", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, timeout=100)


def block(folder: Path, **options: object) -> str:
    """A block of a ResNet, named as PyTorch does."""
    scope = "/layer1/layer1.0"
    nodes = [
        node("Conv", ["image", "onnx::Conv_7", "onnx::Conv_8"], [f"{scope}/conv1/Conv_output_0"], f"{scope}/conv1/Conv", pads=[1, 1, 1, 1]),
        node("Relu", [f"{scope}/conv1/Conv_output_0"], [f"{scope}/relu/Relu_output_0"], f"{scope}/relu/Relu"),
        node("Add", [f"{scope}/relu/Relu_output_0", "image"], [f"{scope}/Add_output_0"], f"{scope}/Add"),
        node("GlobalAveragePool", [f"{scope}/Add_output_0"], ["/avgpool/GlobalAveragePool_output_0"], "/avgpool/GlobalAveragePool"),
        node("Flatten", ["/avgpool/GlobalAveragePool_output_0"], ["/Flatten_output_0"], "/Flatten"),
        node("Gemm", ["/Flatten_output_0", "fc.weight", "fc.bias"], ["scores"], "/fc/Gemm", transB=1),
    ]  # fmt: skip
    stored = {
        "onnx::Conv_7": weights(4, 4, 3, 3), "onnx::Conv_8": weights(4), "fc.weight": weights(2, 4), "fc.bias": weights(2),
    }  # fmt: skip
    made = model(nodes, [value("image", options.get("shape", [1, 4, 8, 8]))], ["scores"], stored, name="main_graph")  # type: ignore[arg-type]
    made.producer_name, made.producer_version = "pytorch", "2.13.0"
    return saved(made, folder)


def test_the_text_reads_like_a_persons(tmp_path: Path) -> None:
    done = run(block(tmp_path), "-o", tmp_path / "net")
    assert (done.returncode, done.stderr) == (0, "")
    assert (
        (tmp_path / "net" / "graph.nnef").read_text()
        == """\
# From net.onnx, made by pytorch 2.13.0.
version 1.0;

graph net( image ) -> ( scores )
{
    image = external<scalar>(shape = [1, 4, 8, 8]);

    # layer1.0
    layer1_0_conv1_filter = variable<scalar>(shape = [4, 4, 3, 3], label = 'layer1.0.conv1.filter');
    layer1_0_conv1_bias = variable<scalar>(shape = [1, 4], label = 'layer1.0.conv1.bias');
    layer1_0_conv1 = conv(image, layer1_0_conv1_filter, layer1_0_conv1_bias, padding = [(1, 1), (1, 1)]);
    layer1_0_relu = relu(layer1_0_conv1);
    layer1_0 = add(layer1_0_relu, image);

    avgpool = mean_reduce(layer1_0, axes = [2, 3]);
    flatten = reshape(avgpool, shape = [0, -1]);
    fc_weight = variable<scalar>(shape = [2, 4], label = 'fc.weight');
    fc_bias = variable<scalar>(shape = [1, 2], label = 'fc.bias');
    scores = linear(flatten, fc_weight, fc_bias);
}
"""
    )


def test_it_is_proved_and_verified_ever_after(tmp_path: Path) -> None:
    pytest.importorskip("onnxruntime")
    done = run(block(tmp_path), "-o", tmp_path / "net.nnef.tgz")
    assert "scores: largest difference" in done.stdout and "6 nodes became" in done.stdout
    command = [sys.executable, "-m", "nnef_lsp", "verify", str(tmp_path / "net.nnef.tgz")]
    assert subprocess.run(command, capture_output=True, text=True).stdout.startswith("ok")


def test_shapes_that_are_open_are_asked_for(tmp_path: Path) -> None:
    path = block(tmp_path, shape=["batch", 4, "height", 8])
    done = run(path, "-o", tmp_path / "net")
    assert done.returncode == 2 and "'image' [batch, 4, height, 8]" in done.stderr
    assert "--input image=1,4,1,8 or --set batch=1" in done.stderr
    assert run(path, "-o", tmp_path / "a", "--set", "batch=2", "--set", "height=8").returncode == 0
    assert "shape = [2, 4, 8, 8]" in (tmp_path / "a" / "graph.nnef").read_text()
    assert run(path, "-o", tmp_path / "b", "--input", "image=1,4,6,8").returncode == 0
    done = run(path, "-o", tmp_path / "c", "--input", "picture=1,4,6,8")
    assert done.returncode == 2 and "has no input 'picture'; its inputs are image" in done.stderr
    done = run(path, "-o", tmp_path / "c", "--input", "image=1,4")
    assert done.returncode == 2 and "it has 4 axes, not 2" in done.stderr


def test_all_nodes_that_cannot_be_said_are_told_at_once(tmp_path: Path) -> None:
    nodes = [
        node("NonZero", ["x"], ["a"], "where_it_is"), node("Det", ["x"], ["b"], "volume"), node("Relu", ["b"], ["c"], "after"),
        node("Relu", ["x"], ["d"]),
    ]  # fmt: skip
    done = run(saved(model(nodes, [value("x", [3, 3])], ["a", "c", "d"]), tmp_path), "-o", tmp_path / "net")
    assert done.returncode == 1 and not (tmp_path / "net").exists()
    assert "2 of its nodes have no counterpart" in done.stderr
    assert "'NonZero' for 'where_it_is': " in done.stderr and "'Det' for 'volume': " in done.stderr
    assert "after" not in done.stderr


def test_shapes_that_are_computed_are_folded(tmp_path: Path) -> None:
    """x.view(x.shape[0], -1), as PyTorch exports it."""
    nodes = [
        node("Shape", ["x"], ["s"]), node("Gather", ["s", "zero"], ["n"]), node("Unsqueeze", ["n", "axes"], ["n1"]),
        node("Concat", ["n1", "rest"], ["wanted"], axis=0), node("Reshape", ["x", "wanted"], ["y"]),
    ]  # fmt: skip
    stored = {"zero": np.array(0), "axes": np.array([0]), "rest": np.array([-1])}
    done = run(saved(model(nodes, [value("x", [2, 3, 4])], ["y"], stored), tmp_path), "-o", tmp_path / "net")
    assert done.returncode == 0
    assert "y = reshape(x, shape = [2, -1]);" in (tmp_path / "net" / "graph.nnef").read_text()


def test_a_choice_that_is_known_is_taken(tmp_path: Path) -> None:
    branches = [
        helper.make_graph([node(op, ["x"], [name])], op, [], [value(name, [2])])
        for op, name in (("Relu", "a"), ("Neg", "b"))
    ]
    nodes = [
        node("Constant", [], ["yes"], value=helper.make_tensor("t", TensorProto.BOOL, [], [True])),
        node("If", ["yes"], ["y"], then_branch=branches[0], else_branch=branches[1]),
    ]
    done = run(saved(model(nodes, [value("x", [2])], ["y"]), tmp_path), "-o", tmp_path / "net")
    assert done.returncode == 0, done.stderr
    assert "y = relu(x);" in (tmp_path / "net" / "graph.nnef").read_text()


def test_names_become_identifiers_once(tmp_path: Path) -> None:
    nodes = [node("Relu", ["a b"], ["a/b"]), node("Neg", ["a/b"], ["a.b"]), node("Exp", ["a.b"], ["fragment"])]
    done = run(saved(model(nodes, [value("a b", [2])], ["fragment"]), tmp_path), "-o", tmp_path / "net")
    assert done.returncode == 0, done.stderr
    body = (tmp_path / "net" / "graph.nnef").read_text().partition("{")[2]
    names = [line.partition("=")[0].strip() for line in body.splitlines() if "=" in line]
    assert names == ["a_b", "a_b_2", "a_b_3", "fragment_2"]


def test_what_is_there_is_not_replaced(tmp_path: Path) -> None:
    path = block(tmp_path)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("dear")
    done = run(path, "-o", tmp_path / "mine")
    assert done.returncode == 2 and "exists already; replace it with --force" in done.stderr
    done = run(path, "-o", tmp_path / "mine", "--force")
    assert done.returncode == 2 and "is a folder that is not a model" in done.stderr
    assert (tmp_path / "mine" / "letter.txt").read_text() == "dear"
    assert run(path, "-o", tmp_path / "net").returncode == 0
    assert run(path, "-o", tmp_path / "net", "--force").returncode == 0
    assert sorted(item.name for item in tmp_path.iterdir()) == ["mine", "net", "net.onnx"]


# ---- Hostile files


def truncated(folder: Path) -> str:
    path = block(folder)
    data = Path(path).read_bytes()
    Path(path).write_bytes(data[: len(data) // 2])
    return path


def not_a_model(folder: Path) -> str:
    path = folder / "net.onnx"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"\0" * 100)
    return str(path)


def empty(folder: Path) -> str:
    (folder / "net.onnx").write_bytes(b"")
    return str(folder / "net.onnx")


def circle(folder: Path) -> str:
    nodes = [node("Add", ["x", "b"], ["a"]), node("Relu", ["a"], ["b"])]
    return saved(model(nodes, [value("x", [2])], ["b"]), folder)


def from_nowhere(folder: Path) -> str:
    return saved(model([node("Relu", ["ghost"], ["y"])], [value("x", [2])], ["y"]), folder)


def twice(folder: Path) -> str:
    nodes = [node("Relu", ["x"], ["y"]), node("Neg", ["x"], ["y"])]
    return saved(model(nodes, [value("x", [2])], ["y"]), folder)


def huge(folder: Path) -> str:
    return saved(model([node("Relu", ["x"], ["y"])], [value("x", [2**31, 2**31])], ["y"]), folder)


def huge_constant(folder: Path) -> str:
    nodes = [node("ConstantOfShape", ["s"], ["c"]), node("Add", ["x", "c"], ["y"])]
    return saved(model(nodes, [value("x", [1])], ["y"], {"s": np.array([2**20, 2**20])}), folder)


def outside(folder: Path) -> str:
    made = model([node("Add", ["x", "w"], ["y"])], [value("x", [2])], ["y"], {"w": weights(2)})
    tensor = made.graph.initializer[0]
    tensor.ClearField("raw_data")
    tensor.data_location = TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value="../../../etc/passwd")
    return saved_as_it_is(made, folder)


def beyond_the_end(folder: Path) -> str:
    made = model([node("Add", ["x", "w"], ["y"])], [value("x", [2000])], ["y"], {"w": weights(2000)})
    tensor = made.graph.initializer[0]
    tensor.ClearField("raw_data")
    tensor.data_location = TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value="w.bin")
    (folder / "w.bin").write_bytes(b"\0" * 100)
    tensor.external_data.add(key="length", value="8000")
    return saved_as_it_is(made, folder)


def too_few_bytes(folder: Path) -> str:
    made = model([node("Add", ["x", "w"], ["y"])], [value("x", [4000])], ["y"], {"w": weights(4000)})
    made.graph.initializer[0].raw_data = made.graph.initializer[0].raw_data[:-400]
    return saved_as_it_is(made, folder)


def negative_extent(folder: Path) -> str:
    made = model([node("Add", ["x", "w"], ["y"])], [value("x", [4])], ["y"], {"w": weights(4)})
    made.graph.initializer[0].dims[0] = -4
    return saved_as_it_is(made, folder)


def wrong_types(folder: Path) -> str:
    return saved(model([node("MatMul", ["x", "x"], ["y"])], [value("x", [2, 3])], ["y"]), folder)


def saved_as_it_is(made: onnx.ModelProto, folder: Path) -> str:
    (folder / "net.onnx").write_bytes(made.SerializeToString())
    return str(folder / "net.onnx")


HOSTILE: dict[Callable[[Path], str], str] = {
    truncated: "is not a model of ONNX, or is damaged", not_a_model: "is not a model of ONNX", empty: "is not a model of ONNX",
    circle: "the graph has a circle, or is not in order", from_nowhere: "which nothing gives before it",
    twice: "two nodes give 'y'", huge: "is not a shape that anything could be computed with",
    huge_constant: "would be too large", outside: "climbs out of the model with '..'",
    beyond_the_end: "reaches beyond the end of 'w.bin'", too_few_bytes: "has 15600 bytes, its shape and type say 16000",
    negative_extent: "has a negative extent", wrong_types: "its operands do not fit",
}  # fmt: skip


@pytest.mark.parametrize("make", HOSTILE, ids=lambda make: make.__name__)
def test_hostile_files_are_refused_in_a_sentence(make: Callable[[Path], str], tmp_path: Path) -> None:
    done = run(make(tmp_path), "-o", tmp_path / "net")
    assert done.returncode in (1, 2) and HOSTILE[make] in done.stderr, done.stderr
    assert "Traceback" not in done.stderr and len(done.stderr.splitlines()) < 5
    assert not (tmp_path / "net").exists() and not list(tmp_path.glob(".nnef-*"))


def test_a_file_cut_anywhere_is_refused_or_read(tmp_path: Path) -> None:
    from nnef_lsp.exchange.errors import ExchangeError
    from nnef_lsp.exchange.onnx.importing import read_model

    data = Path(block(tmp_path)).read_bytes()
    cut = tmp_path / "cut.onnx"
    for length in range(0, len(data), 7):
        cut.write_bytes(data[:length])
        try:
            model_ = read_model(str(cut))
            list(model_.arrays())
        except ExchangeError:
            continue


def test_an_input_may_be_called_as_an_argument_of_numpy(tmp_path: Path) -> None:
    """`numpy.savez` takes an array called `file` for its own argument."""
    pytest.importorskip("onnxruntime", reason="without it nothing is run, and no io.npz is written")
    made = model([node("Relu", ["file"], ["y"], "Relu")], [value("file", [1, 4])], ["y"], {})
    done = run(saved(made, tmp_path), "-o", tmp_path / "net")
    assert (done.returncode, done.stderr) == (0, "")
    with np.load(tmp_path / "net" / "io.npz") as bundle:
        assert sorted(bundle.files) == ["file", "y"]
