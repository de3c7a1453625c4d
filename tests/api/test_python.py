"""`import nnef_lsp`: the page that documents it, word for word, and what a program meets that does something wrong."""

from __future__ import annotations

import doctest
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import nnef_lsp

ROOT = Path(__file__).parents[2]
DIGITS = ROOT / "examples" / "digits"
GRAPH = """version 1.0;

graph net( x ) -> ( y )
{
    # the input
    x = external<scalar>(shape = [1, 4]);
    w = variable<scalar>(shape = [3, 4], label = 'w');
    h = linear(x, w);

    # what comes out
    y = relu(h);
}
"""


def test_the_page_is_true(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(DIGITS, tmp_path / "digits")
    monkeypatch.chdir(tmp_path)
    found = doctest.testfile(str(ROOT / "docs" / "python.md"), module_relative=False)
    assert found.attempted > 25 and not found.failed


def test_an_import_loads_nothing() -> None:
    code = (
        "import sys, nnef_lsp; before = set(sys.modules); assert not {'numpy', 'lark', 'pygls', 'nnef_lsp.api'} & before;"
        "m = nnef_lsp.load('version 1.0;\\ngraph g( x ) -> ( y )\\n{\\n x = external(shape = [2]);\\n y = relu(x);\\n}\\n');"
        "assert m.tensors['y'].shape == (2,) and not m.errors and m.operations; assert 'numpy' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def model(text: str = GRAPH) -> nnef_lsp.Model:
    return nnef_lsp.load(text).edit().weight("w", np.arange(12, dtype=np.float32).reshape(3, 4) - 6).model()


def test_edits_keep_everything_else() -> None:
    made = (
        model().edit().replace("y", "t = sigmoid(h);\ny = mul(t, h);").append("z = neg(y);").outputs("y", "z").model()
    )
    assert made.text == GRAPH.replace(
        "    y = relu(h);", "    t = sigmoid(h);\n    y = mul(t, h);\n    z = neg(y);"
    ).replace("( y )", "( y, z )")
    again = made.edit().remove("z").outputs("y").model()
    assert again.text.endswith("    y = mul(t, h);\n}\n") and "# what comes out" in again.text
    before = model().edit().insert_before("h", "x2 = mul(x, 2.0);").replace("h", "h = linear(x2, w);").model()
    x = np.array([[1, 2, 3, 4]], np.float32)
    np.testing.assert_allclose(before.run(x=x)["y"], model().run(x=2 * x)["y"])


def test_a_state_lasts_until_it_is_reset() -> None:
    text = (
        "version 1.0;\n\ngraph g( x ) -> ( y )\n{\n    x = external<scalar>(shape = [1]);\n"
        "    s = variable<scalar>(shape = [1], label = 's');\n    t = add(x, s);\n    y = update(s, t);\n}\n"
    )
    counted = nnef_lsp.load(text).edit().weight("s", np.zeros(1, np.float32)).model()
    assert [float(counted.run(x=[1.0])["y"][0]) for _ in range(3)] == [1, 2, 3]
    counted.reset()
    assert float(counted.run(x=[1.0])["y"][0]) == 1


def test_results_are_the_callers() -> None:
    """A later run writes nothing into what an earlier one gave, nor does a caller into the model."""
    made = model()
    first = made.run(x=np.ones((1, 4)))["y"]
    kept = first.copy()
    made.run(x=np.full((1, 4), 7.0))
    np.testing.assert_array_equal(first, kept)
    first[:] = 99
    np.testing.assert_array_equal(made.run(x=np.ones((1, 4)))["y"], kept)


def test_symbols_and_dialects() -> None:
    text = (
        "version 1.0;\nextension tract_registry tract_core;\nextension tract_symbol S;\n\n"
        "graph g( x ) -> ( y )\n{\n    x = tract_core_external(shape = [1, S], datum_type = 'f32');\n    y = relu(x);\n}\n"
    )
    made = nnef_lsp.load(text)
    assert made.dialect == "tract" and made.tensors["y"].shape == (1, "S")
    assert made.run(x=np.zeros((1, 5)))["y"].shape == (1, 5)
    assert nnef_lsp.load(text, symbols={"S": 3}).tensors["y"].shape == (1, 3)
    g = nnef_lsp.Graph("net", dialect="tract", extensions=["tract_registry tract_core"])
    x = g.external([1, 4], name="x")
    assert g.model(g.tract_core_gelu(x) if "tract_core_gelu" in dir(g) else g.relu(x)).run(x=np.ones((1, 4)))


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (lambda: nnef_lsp.load("no/such/model"), "does not exist"),
        (lambda: nnef_lsp.load(GRAPH, dialect="onnx"), "there is no dialect 'onnx'; there are khronos, tract"),
        (lambda: nnef_lsp.load(GRAPH, symbols={"S": 1}), "the model has no symbol 'S'"),
        (
            lambda: nnef_lsp.load(GRAPH).run(x=np.ones((1, 4))),
            "the weights 'w' cannot be read: <text> has no file 'w.dat'",
        ),
        (lambda: model().run(), "the graph needs the input 'x'; its inputs are x"),
        (lambda: model().run(x=1, z=2), "the graph has no input 'z'"),
        (lambda: model().run(x=np.ones((1, 5))), "has the shape [1, 5], but the input 'x' is [1, 4]"),
        (lambda: model().run(x=np.ones((1, 4)), keep=["q"]), "there is no tensor 'q' in the graph to keep"),
        (lambda: model().run(x=np.ones((1, 4)), engine="gpu"), "there is no engine 'gpu'"),
        (lambda: model().check(target="nothing"), "nothing"),
        (lambda: model().edit().remove("hh"), "the graph has no tensor 'hh'; did you mean 'h'?"),
        (lambda: model().edit().replace("h", "h = linear(x, x2);").model(), "the graph would have an error then"),
        (lambda: model().edit().weight("../w", np.ones(1)), "../w"),
        (lambda: model().save("/nowhere/at/all"), "/nowhere/at/all"),
        (lambda: nnef_lsp.Graph("a b"), "'a b' is not a name"),
        (lambda: nnef_lsp.Graph().model(), "a graph needs outputs"),
        (lambda: nnef_lsp.Graph().relu(np.ones((2, 2))), "store arrays by variable()"),
    ],
)
def test_what_is_wrong_is_told(wrong: object, said: str) -> None:
    with pytest.raises(nnef_lsp.ModelError) as caught:
        wrong()  # type: ignore[operator]
    assert said in str(caught.value) and "\n" not in str(caught.value)


def test_an_operation_that_does_not_exist() -> None:
    with pytest.raises(AttributeError, match="did you mean 'conv'"):
        _ = nnef_lsp.Graph().con
    with pytest.raises(AttributeError, match="has no attribute 'lod'"):
        _ = nnef_lsp.lod


def test_a_refused_operation_leaves_the_graph_as_it_was() -> None:
    g = nnef_lsp.Graph("net")
    x = g.external([1, 3, 8, 8], name="x")
    with pytest.raises(nnef_lsp.ModelError):
        g.conv(x, x, padding=[(0, 0)])
    a, b = g.split(x, axis=2, ratios=[1, 1], name=["a", "b"])
    assert g.model(g.add(a, b)).outputs["add"].shape == (1, 3, 4, 8)
    assert "conv" not in g.text(a)


def test_onnx() -> None:
    pytest.importorskip("onnxruntime", reason="the result is run by onnxruntime")
    import onnxruntime

    session = onnxruntime.InferenceSession(model().to_onnx())
    x = np.array([[1, 2, 3, 4]], np.float32)
    np.testing.assert_allclose(session.run(None, {"x": x})[0], model().run(x=x)["y"])


def test_what_a_notebook_shows_is_escaped() -> None:
    shown = nnef_lsp.load(GRAPH.replace("relu(h)", "h <script"))._repr_html_()
    assert "<script" not in shown and "h &lt;script" in shown


def test_random_weights_stand_in_for_none() -> None:
    lone = nnef_lsp.load(GRAPH)
    found = lone.run(x=np.ones((1, 4)), weights="random:1")["y"]
    np.testing.assert_array_equal(found, lone.run(x=np.ones((1, 4)), weights="random:1")["y"])
    assert np.isfinite(found).all()


def test_changes_of_shape_and_type() -> None:
    digits = nnef_lsp.load(DIGITS)
    large = digits.reshape(image=(4, 1, 8, 8))
    assert large.outputs["probabilities"].shape == (4, 10)
    with pytest.raises(nnef_lsp.ModelError, match="the graph has no input 'picture'"):
        digits.reshape(picture=(1,))
    half = digits.cast("float16", only=["conv*"])
    assert 0 < digits.difference(half)["probabilities"] < 1e-2
    with pytest.raises(nnef_lsp.ModelError, match="float17"):
        digits.cast("float17")


def test_quantize_from_arrays_and_files(tmp_path: Path) -> None:
    digits = nnef_lsp.load(DIGITS)
    image = np.load(DIGITS / "samples" / "3.npy")
    made = digits.quantize([{"image": image}, {"image": DIGITS / "samples" / "8.npy"}], bits=8)
    assert made.told and not made.errors
    made.save(tmp_path / "small")
    assert (tmp_path / "small" / "graph.quant").exists()
