"""Flat text in tract's dialect: the statements of a graph before and after its fragments are inlined."""

from __future__ import annotations

import textwrap
from pathlib import Path

import numpy as np
import pytest

from nnef_lsp.ide.views.flat import flat_document
from nnef_lsp.model.analysis.analysis import Analysis
from nnef_lsp.model.operations.tract.dialect import DIALECT as TRACT
from nnef_lsp.rules import diagnose
from nnef_lsp.syntax.source import Source

from .helpers import analyse, document

SILU = "fragment silu( x: tensor<scalar> ) -> ( y: tensor<scalar> ) { y = x * sigmoid(x); }\n"


def flat(body: str, fragments: str, header: str = "") -> tuple[str, str]:
    """What stays of the fragments, and the statements of the flat graph behind its first; both read without errors."""
    text = flat_document(analyse(document("x = external(shape = [2, 3]);\n" + body, header, fragments)))
    assert [item.message for item in diagnose(analyse(text)) if item.severity == "error"] == []
    _, _, rest = text.partition("extension tract_registry tract_transformers;\n")
    before, _, graph = rest.partition("graph g(")
    _, _, statements = graph.partition("x = external(shape = [2, 3]);\n")
    return before.strip(), textwrap.dedent(statements.rsplit("}", 1)[0]).strip()


def check_flat(body: str, fragments: str, expected: str, kept: str = "") -> None:
    """`expected` are the statements; `kept` the names of the fragments that stay."""
    before, statements = flat(body, fragments)
    assert statements == textwrap.dedent(expected).strip()
    assert [line.split("(")[0] for line in before.splitlines() if line.startswith("fragment")] == kept.split(
        ", " if kept else "-"
    )[: bool(kept)]


def test_a_result_takes_the_name_that_is_assigned() -> None:
    check_flat("y = silu(x);", SILU, "y = x * sigmoid(x);")


def test_inner_invocations_are_written_before() -> None:
    expected = """
        y_y = x * sigmoid(x);
        y_y_2 = y_y * sigmoid(y_y);
        y = relu(y_y_2) + 1.0;
    """
    check_flat("y = relu(silu(silu(x))) + 1.0;", SILU, expected)


def test_locals_parameters_and_defaults() -> None:
    fragments = (
        SILU
        + """
        fragment two( x: tensor<scalar>, a: scalar = -1.0, s: integer[] = [2, 3] )
            -> ( p: tensor<scalar>, q: tensor<scalar> )
        {
            x = x - a;
            q = silu(x);
            p = reshape(q, shape = s);
        }
    """
    )
    expected = """
        y_x = x * 2.0;
        y_x_2 = y_x - (-1.0);
        z = y_x_2 * sigmoid(y_x_2);
        y = reshape(z, shape = [3, 2]);
    """
    check_flat("y, z = two(x * 2.0, s = [3, 2]);", fragments, expected)


def test_a_name_assigned_again_is_read_before() -> None:
    fragments = (
        "fragment f( a: tensor<scalar> ) -> ( r: tensor<scalar>, s: tensor<scalar> ) { r = relu(a); s = a + 1.0; }\n"
    )
    expected = """
        x_r = relu(x);
        y = x + 1.0;
        x = x_r;
    """
    check_flat("x, y = f(x);", fragments, expected)


def test_a_parameter_handed_through() -> None:
    check_flat("y = f(x);", "fragment f( a: tensor<scalar> ) -> ( r: tensor<scalar> ) { r = a; }\n", "y = x;")


def test_results_that_trade_places() -> None:
    fragments = "fragment f( a: tensor<scalar>, b: tensor<scalar> ) -> ( r: tensor<scalar>, s: tensor<scalar> ) { r = b; s = a; }\n"
    expected = """
        y = relu(x);
        x_r = y;
        y = x;
        x = x_r;
    """
    check_flat("y = relu(x);\nx, y = f(x, y);", fragments, expected)
    half = "fragment f( a: tensor<scalar> ) -> ( r: tensor<scalar>, s: tensor<scalar> ) { r = relu(a); s = a; }\n"
    check_flat("x, y = f(x);", half, "x_r = relu(x);\ny = x;\nx = x_r;")


def test_names_that_tract_reads_as_literals() -> None:
    fragments = "fragment f( a: tensor<scalar> ) -> ( r: tensor<scalar> ) { h = relu(a); r = h + 1.0; }\n"
    expected = """
        _infinite_h = relu(x);
        infinite = _infinite_h + 1.0;
        y = x;
    """
    check_flat("infinite = f(x);\ny = x;", fragments, expected)


def test_bodies_of_loops_stay_and_are_inlined_themselves() -> None:
    fragments = (
        SILU
        + """
        fragment step( a: tensor<scalar>, h: tensor<scalar> ) -> ( o: tensor<scalar> ) { o = silu(a) + h; }
        fragment unused( a: tensor<scalar> ) -> ( o: tensor<scalar> ) { o = a; }
        fragment loop( x: tensor<scalar>, body: string ) -> ( all: tensor<scalar> )
        {
            h = [[0.0, 0.0, 0.0]];
            all = tract_core_scan(
                body = body, scan = [("a", x, 0, 1)], full = [], state = [("h", h, "o")], output = [("o", "full", 0, 1)]);
        }
    """
    )
    before, statements = flat('y = loop(x, "step");', fragments)
    assert (
        before
        == textwrap.dedent("""
        fragment step( a: tensor<scalar>, h: tensor<scalar> ) -> ( o: tensor<scalar> )
        {
            o_y = a * sigmoid(a);
            o = o_y + h;
        }
    """).strip()
    )
    assert statements.startswith("y_h = [[0.0, 0.0, 0.0]];\ny = tract_core_scan(") and 'body = "step"' in statements


def test_a_body_that_reads_a_symbol_that_a_tensor_hides_stays() -> None:
    fragments = "fragment f( a: tensor<scalar> ) -> ( r: tensor<scalar> ) { r = a * S; }\n"
    text = document(
        "x = external(shape = [S, 3]);\nw = f(x);\nS = relu(x);\ny = f(S);", "extension tract_symbol S;\n", fragments
    )
    found = flat_document(analyse(text))
    assert "w = f(x);" in found and "fragment f(" in found


@pytest.mark.parametrize(
    "body",
    [
        "y = f(x) if true else x;",  # a condition decides
        "y = stack([for i in [1, 2] yield f(x)], axis = 0);",  # an iteration
    ],
)
def test_what_is_decided_while_reading_stays(body: str) -> None:
    fragments = "fragment f( a: tensor<scalar> ) -> ( r: tensor<scalar> ) { r = relu(a); }\n"
    analysis = analyse(document("x = external(shape = [2, 3]);\n" + body, "", fragments))
    assert body in flat_document(analysis) and "fragment f(" in flat_document(analysis)


def test_recursion_stays() -> None:
    fragments = (
        "fragment f( a: tensor<scalar>, n: integer ) -> ( r: tensor<scalar> ) { r = f(a, n - 1) if n > 0 else a; }\n"
    )
    text = flat_document(analyse(document("x = external(shape = [2]);\ny = f(x, 2);", "", fragments)))
    assert "y = f(x, 2 - 1) if 2 > 0 else x;" in text and "r = f(a, n - 1) if n > 0 else a;" in text


def test_many_nested_invocations_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nnef_lsp.model.flattening.inlining.MAX_STATEMENTS", 50)
    fragments = "fragment f0( a: tensor<scalar> ) -> ( r: tensor<scalar> ) { r = relu(a); }\n" + "".join(
        f"fragment f{n}( a: tensor<scalar> ) -> ( r: tensor<scalar> ) {{ b = f{n - 1}(a); r = f{n - 1}(b); }}\n"
        for n in range(1, 12)
    )
    text = flat_document(analyse(document("x = external(shape = [2]);\ny = f11(x);", "", fragments)))
    assert text.count("\n") < 200
    assert [item.message for item in diagnose(analyse(text)) if item.severity == "error"] == []


def test_comments_labels_resources_and_properties_stay() -> None:
    text = """\
version 1.0;
extension tract_registry tract_core;
fragment tract_core_properties( ) -> ( properties: (string, tensor<scalar>)[] )
{
    properties = [("made_by", "hand")];
}
fragment layer( x: tensor<scalar>, name: string ) -> ( y: tensor<scalar> )
{
    w = variable<scalar>(shape = [3], label = name);
    y = x * w;
}
graph g( x ) -> ( y )
{
    x = external<scalar>(shape = [3]);
    # the only layer
    y = layer(x, 'layers.0');
}
"""
    assert (
        flat_document(Analysis(Source(text), TRACT))
        == """\
version 1.0;
extension tract_registry tract_core;

fragment tract_core_properties() -> ( properties: (string, tensor<scalar>)[] )
{
    properties = [("made_by", "hand")];
}

graph g( x ) -> ( y )
{
    x = external<scalar>(shape = [3]);
    # the only layer
    y_w = variable<scalar>(shape = [3], label = 'layers.0');
    y = x * y_w;
}
"""
    )


def test_tract_computes_the_same(tmp_path: Path) -> None:
    tract = pytest.importorskip("tract")
    fragments = (
        SILU
        + "fragment f( a: tensor<scalar>, k: scalar = -2.0 ) -> ( r: tensor<scalar> ) { a = a - k; r = silu(a) * a; }\n"
    )
    text = document("x = external(shape = [2, 3]);\nx = f(x);\ny = f(x + 1.0, k = -1.5) - silu(x);", "", fragments)
    values = np.linspace(-2, 2, 6, dtype=np.float32).reshape(2, 3)
    results = []
    for name, content in (("written", text), ("flat", flat_document(analyse(text)))):
        (tmp_path / name).mkdir()
        (tmp_path / name / "graph.nnef").write_text(content)
        model = (
            tract.nnef()
            .with_tract_extra()
            .with_onnx()
            .with_tract_transformers()
            .load(str(tmp_path / name))
            .into_runnable()
        )
        results.append(model.run([values])[0].to_numpy())
    assert np.array_equal(*results)
