"""What tract 0.23.9 takes and refuses while it reads a graph; each was asked of it."""

from __future__ import annotations

import numpy as np
import pytest

from nnef_lsp.syntax.tokens import KEYWORDS

from .helpers import analyse, document, facts, reported, value
from .oracle import agree

IN = "x = external(shape = [2, 3]);"
X = np.arange(6, dtype=np.float32).reshape(2, 3)
TWO = "fragment f( a: tensor<scalar> ) -> ( b: tensor<scalar>, c: tensor<scalar> ) { b = exp(a); c = a + 1.0; }"
ROOT = "fragment f( a: tensor<scalar>, order: {} ) -> ( b: tensor<scalar> ) {{ b = a ^ (1.0 / order); }}"
SYMBOLS = "extension tract_symbol S;\nextension tract_symbol P;\n"


@pytest.mark.parametrize("extent", ["S / P", "S ^ 2", "S / 0", "ge(S, P)", "S > 1", "foo / S", "1.0", "1e2", "[2]"])
def test_what_is_no_extent(extent: str) -> None:
    found = reported(document(f"x = external(shape = [{extent}, 4]);\n y = exp(x);", SYMBOLS))
    assert any(item.startswith("error") for item in found)


@pytest.mark.parametrize(
    ("extent", "shown"), [("S / 2", "S/2"), ("S * P", "P*S"), ("min(S, P)", "min(P, S)"), ("4 / 2", "2")]
)
def test_what_is_an_extent(extent: str, shown: str) -> None:
    assert facts(f"x = external(shape = [{extent}, 4]);\n y = exp(x);", SYMBOLS)["y"] == f"f32[{shown}, 4]"


@pytest.mark.parametrize(
    ("assertion", "fine"),
    [
        ("min(S, P) < 4", False),
        ("max(S, P) < 4", False),
        ("floor(S) < 4", False),
        ("broadcast(S, P) < 4", True),
        ("S < 4", True),
    ],
)
def test_assertions(assertion: str, fine: bool) -> None:
    text = document("x = external(shape = [S, P]);\n y = exp(x);", f"{SYMBOLS}extension tract_assert {assertion};\n")
    assert ("error[malformed-assertion]" in reported(text)) is not fine


@pytest.mark.parametrize(
    ("body", "fragments", "rule"),
    [
        ("y = f(x);", TWO, "assignment-count"),
        ("a = (1, 2); \n y = exp(x);", "", "assignment-count"),
        ("y = f(x);", "fragment f( a: tensor<scalar> ) -> ( b: tensor<scalar> );", "unknown-operation"),
        ("y = reshape(x, shape = [6] + [1]);", "", "volume-mismatch"),
        ("y = f(x, order = 3);", ROOT.format("scalar"), "operand-types"),
        ("y = pad(x, padding = [(0, 0), (0, 18446744073709551615)]);", "", "limit"),
        ("y = tract_core_gather(x, [0], axis = 0, datum_type = 'f16');", "", "invalid-value"),
        ("y = unsqueeze(x, axes = [1.0]);", "", "invalid-value"),
        ("y = pad(x, padding = [(0, 0), (1.0, 0)]);", "", "invalid-value"),
        ("y = tract_core_gelu_approx(x, fast_impl = 1.0);", "", "invalid-value"),
        ("n = 2 ^ 2; y = reshape(x, shape = [n + 2]);", "", "operand-types"),
        ("y = slice(x, axes = [0], begin = [[0]], end = [2]);", "", "invalid-value"),
        ("y = slice(x, axes = [0], begin = [0], end = 2);", "", "invalid-value"),
        (
            "y = tract_transformers_scaled_masked_softmax(x, tract_core_cast(x, to = 'f16'), scale = 1.0);",
            "",
            "operand-types",
        ),
        ("y = tract_core_fft(x, axis = 0, inverse = false);", "", "shape-mismatch"),
        ("y = tract_core_one_hot([0, 1], axis = 0, dim = 3, value_on = 1, value_off = 0.5);", "", "operand-types"),
        ("y = nearest_upsample(x, factor = [-1]);", "", "invalid-value"),
    ],
)
def test_refused(body: str, fragments: str, rule: str) -> None:
    found = [item for item in reported(document(f"{IN}\n{body}", fragments=fragments)) if item.startswith("error")]
    assert found == [f"error[{rule}]"]


@pytest.mark.parametrize("declared", ["integer", "scalar"])
def test_attributes_have_the_type_of_what_is_given(declared: str) -> None:
    agree(f"{IN}\n y = f(x, order = 3.0);", [X], fragments=ROOT.format(declared))


@pytest.mark.parametrize(
    "body",
    [
        "y, z = f(x);",
        "y = reshape(x, shape = [6.0]);",
        "y = slice(x, axes = [1], begin = [0.0], end = [2.0]);",
        "y = tile(x, repeats = [1, 2.0]);",
        "y = reshape(x, shape = [3] * 2);",  # not [3, 3]: lists are tensors
        "y = tract_core_gather(x, [0], axis = 0, datum_type = 'f32');",
        "y = tract_core_einsum([x], expr = 'ab->abc', acc = 'f32', output = '');",
        "y = tract_core_einsum([x], expr = 'ab->aab', acc = 'f32', output = '');",
        "y = tract_core_einsum([x, x], expr = 'ab,ab->mb', acc = 'f32', output = '');",
    ],
)
def test_taken(body: str) -> None:
    agree(f"{IN}\n{body}", [X], fragments=TWO)


@pytest.mark.parametrize("word", [word for word in KEYWORDS if word not in ("true", "false")])
def test_a_keyword_is_a_name_where_only_a_name_can_stand(word: str) -> None:
    """So are names of PyTorch and ONNX: `in`, `string`, `graph`."""
    fragments = f"fragment f( {word}: tensor<scalar> ) -> ( b: tensor<scalar> ) {{ b = exp({word}) - {word}; }}"
    agree(f"{IN}\n {word} = x * 2.0;\n y = f({word} = x) + f({word} + 1.0);", [X], fragments=fragments)


@pytest.mark.parametrize(
    "call", ["tract_onnx_multinomial(x, dtype = 6)", "tract_core_fft(x, axis = 0, inverse = false)"]
)
def test_extents_that_must_be_numbers(call: str) -> None:
    found = reported(document(f"x = external(shape = [2, S]);\n y = {call};", SYMBOLS))
    assert "error[shape-mismatch]" in found


def test_new_symbols_stand_beside_and_within_other_expressions() -> None:
    body = "x = external(shape = [max(S, 3), foo, max(bar, 2)]);\n y = slice(x, axes = [1], begin = [max(0, 1)], end = [foo]);"
    assert facts(body, SYMBOLS)["y"] == "f32[max(S, 3), foo - 1, max(bar, 2)]"


def test_no_extent_is_divided_by_another() -> None:
    assert "error[invalid-value]" in reported(document("y = div(S, P);", SYMBOLS))
    assert "error[invalid-value]" in reported(document("y = div(S + 1, S);", SYMBOLS))
    assert "error[operand-types]" in reported(document("y = S / P;", SYMBOLS))
    body = f"{IN}\n a = div(2 * S * P, S);\n b = div(S * P + S, S);\n c = (4 * S) / S;"
    assert reported(document(f"{body}\n y = reshape(x, shape = [c + 2, div(a, P) - div(b, P + 1)]);", SYMBOLS)) == []


def test_a_comparison_of_extents_is_a_truth_value() -> None:
    found = facts(f"{IN}\n c = S > 3;\n y = select(S > P, x, 1.0);", SYMBOLS)
    assert (found["c"], found["y"]) == ("bool[]", "f32[2, 3]")


@pytest.mark.parametrize(
    "body",
    [
        "y = softmax(x, axes = [-1]);",  # an axis that there is not, so that each item stands alone
        "y = softmax(x, axes = [1, 1]);",
        "y = tract_core_log_softmax(x, axes = [1, -1]);",
        "y = tract_core_softmax(x, axes = [0, 0]);",
        "y = tract_core_trilu(x, [0, 1], upper = true);",
        "y, z = tract_core_topk(x, [[1, 2]], axis = 1, largest = false);",
        "y = tract_core_one_hot([0, 2], axis = 0, dim = 3, value_on = 1, value_off = 0);",
        "y = tract_core_one_hot([0, 2], axis = 1, dim = 3, value_on = true, value_off = false);",
        "y = concat([tract_core_cast(x, to = 'i64'), x], axis = 0);",
        "y = concat([x, tract_core_cast(x, to = 'f16')], axis = 0);",
        "y = batch_normalization(unsqueeze(x, axes = [0]), 0.5, 2.0, [1.0, 2.0], 1.0, epsilon = 0.5);",
        "y = sqr(x > 2.0);",
    ],
)
def test_what_tract_makes_of_odd_arguments(body: str) -> None:
    """Found by random models."""
    agree(f"{IN}\n{body}", [X], outputs="y, z" if "topk" in body else "y")


def test_what_lies_between_symbols_goes_before_what_is_promised() -> None:
    body = "x = external(shape = [S]);\n y = tract_core_dyn_slice(x, 1, S, axis = 0, len = 2);"
    agree(body, [np.arange(6, dtype=np.float32)], header=SYMBOLS)


@pytest.mark.parametrize("depth", [2, 4])
def test_rows_of_attention_that_have_no_key(depth: int) -> None:
    """Four queries, three keys: to the first query all keys are in the future."""
    body = f"""q = external(shape = [1, 4, 4]);
    k = external(shape = [1, 3, 4]);
    v = external(shape = [1, 3, {depth}]);
    y = tract_transformers_sdpa(q, k, v, datum_type = 'f32', acc_datum_type = 'f32', is_causal = true);"""
    numbers = np.random.RandomState(5)
    agree(body, [numbers.randn(1, n, d).astype(np.float32) for n, d in ((4, 4), (3, 4), (3, depth))])


@pytest.mark.parametrize("word", ["true", "false"])
def test_a_literal_may_be_the_name_of_what_nobody_reads(word: str) -> None:
    """Where a value stands it is the literal."""
    fragments = f"fragment f( {word}: tensor<scalar> ) -> ( b: tensor<scalar> ) {{ b = select({word}, 1.0, 2.0); }}"
    agree(f"{IN}\n {word} = x * 2.0;\n y = f({word} = x) + x;", [X], fragments=fragments)
    assert "error[operand-types]" in reported(document(f"{IN}\n {word} = exp(x);\n y = exp({word});"))


@pytest.mark.parametrize("word", ["shape_of", "length_of", "range_of", "integer", "scalar", "logical", "string"])
def test_a_fragment_may_be_called_like_a_function(word: str) -> None:
    fragments = f"fragment {word}( a: tensor<scalar> ) -> ( b: tensor<scalar> ) {{ b = exp(a); }}"
    agree(f"{IN}\n y = {word}(x) + {word}(x * 2.0);", [X], fragments=fragments)
    assert reported(document(f"{IN}\n y = {word}(x);", fragments=fragments)) == []
    assert reported(document(f"{IN}\n y = {word}(x);")) == ["error[unsupported-expression]"]


def test_a_comment_may_stand_before_what_an_extension_says() -> None:
    header = "extension tract_symbol # the batch\n S;\nextension tract_assert # at least one\n # of them\n S >= 1;\n"
    text = document("x = external(shape = [S, 3]);\n y = exp(x);", header)
    assert reported(text) == []
    assert reported(text.replace("S >= 1", "S >= # one\n 1")) == ["error[malformed-assertion]"]


@pytest.mark.parametrize(
    ("equation", "call", "shape"),
    [
        ("S == P", "concat([x, z], axis = 1)", None),
        ("S == 4", "concat([x, w], axis = 1)", None),
        ("S == P", "stack([x, z], axis = 0)", None),
        ("S == P", "x + z", "f32[P, 2]"),
        ("P == S", "x + z", "f32[S, 2]"),
        ("S == 2 * P", "x + concat([z, z], axis = 0)", "f32[2*P, 2]"),
        ("S == 4", "x + w", "f32[4, 2]"),
        ("P == S", "concat([x + z, x], axis = 1)", "f32[S, 4]"),
        ("S == 4", "reshape(x, shape = [8])", "f32[8]"),
        ("S == P", "reshape(x, shape = [2, P])", "f32[2, P]"),
        ("S == P", "reshape(x, shape = [P, 2])", None),
        ("S == 1", "squeeze(x, axes = [0])", None),
    ],
)
def test_what_tract_makes_of_an_equation(equation: str, call: str, shape: str | None) -> None:
    """It leaves out of a broadcast what stands on the left; where extents must be one it compares them as written."""
    body = "x = external(shape = [S, 2]);\n z = external(shape = [P, 2]);\n w = external(shape = [4, 2]);\n"
    header = f"{SYMBOLS}extension tract_assert {equation};\n"
    if shape is None:
        found = reported(document(f"{body} y = {call};", header))
        assert any(item in ("error[shape-mismatch]", "error[volume-mismatch]") for item in found)
    else:
        assert facts(f"{body} y = {call};", header)["y"] == shape


def test_lists_are_added_item_by_item() -> None:
    assert value("y = [6, 2] + [1, 5];") == (7, 7)


DEAD = "x = external(shape = [4]);\n r = tract_core_range(0, 4, step = 1);\n a = abs(r + unsqueeze(0, axes = [0]));\n y = exp({});"


def test_what_no_output_needs_need_not_be_computable() -> None:
    agree(DEAD.format("x"), [np.arange(4, dtype=np.float32)])
    assert "error[operand-types]" in reported(document(DEAD.format("tract_core_cast(a, to = 'f32')")))


def test_an_edit_makes_it_needed() -> None:
    text = document(DEAD.format("x"))
    analysis = analyse(text)
    assert not [located for located in analysis.findings() if located.finding.rule == "operand-types"]
    at = text.index("exp(x)") + 4
    analysis.edit(at, at + 1, "a")
    assert [located for located in analysis.findings() if located.finding.rule == "operand-types"]


def test_a_name_that_is_bound_again_below_is_another_value() -> None:
    body = """x = external(shape = [4]);
        a = abs(unsqueeze(2, axes = [0]));
        y = exp(x);
        x = a;"""
    agree(body, [np.arange(4, dtype=np.float32)])


LOOP = """x = external(shape = [2, 3]);
    i = slice(x, axes = [1], begin = [0], end = [1]);
    y = tract_core_scan(body = "f", scan = [("a", {}, 1, 1)], full = [], state = [("s", i, "r")], output = [("r", "full", 1, 1)]);"""
SUM = "fragment f( a: tensor<scalar>, s: tensor<scalar> ) -> ( r: tensor<scalar> ) { r = a + s; }"


def test_no_loop_runs_over_a_constant() -> None:
    agree(LOOP.format("x"), [X], fragments=SUM)
    text = document(LOOP.format("[[1.0, 2.0, 3.0], [1.0, 1.0, 1.0]]"), fragments=SUM)
    assert "error[invalid-value]" in reported(text)


def test_a_loop_runs_over_one_item_that_is_repeated_for_a_symbol() -> None:
    body = f"""x = external(shape = [2, S]);
        ones = tract_core_broadcast([[1.0]], shape = [2, S]);
        {LOOP.format("ones").partition("    ")[2]}"""
    agree(body, [X], header="extension tract_symbol S;", fragments=SUM)


def test_a_symbol_that_tract_made_for_itself() -> None:
    text = document(
        "x = external(shape = [2, S]);\n y = exp(x);", "extension tract_symbol S;\nextension tract_symbol 🎯0;"
    )
    assert reported(text) == []
