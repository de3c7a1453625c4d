"""Symbolic extents: declared, implied, asserted, computed with, and made where only a run knows."""

from __future__ import annotations

import pytest

from nnef_lsp.model.operations.extensions import bound

from .helpers import analyse, document, facts, reported, value

S = "extension tract_symbol S;\n"


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("y = relu(x);", "f32[S, 4]"),
        ("y = concat([x, x], axis = 0);", "f32[2*S, 4]"),
        ("y = pad(x, padding = [(1, 0), (0, 0)]);", "f32[S + 1, 4]"),
        ("y = transpose(x, axes = [1, 0]);", "f32[4, S]"),
        ("y = reshape(x, shape = [S, 2, 2]);", "f32[S, 2, 2]"),
        ("y = reshape(x, shape = [-1]);", "f32[4*S]"),
        ("y = slice(x, axes = [0], begin = [1], end = [S]);", "f32[S - 1, 4]"),
        ("y = matmul(x, transpose(x, axes = [1, 0]));", "f32[S, S]"),
        ("y = tract_core_einsum([x, x], expr = 'ik,jk->ij', acc = 'f32');", "f32[S, S]"),
        ("y = tract_core_range(0, S, step = 2);", "i64[(S + 1)/2]"),
        ("y = tile(x, repeats = [2, S]);", "f32[2*S, 4*S]"),
        ("y = tract_core_broadcast(0.0, shape = [tract_core_shape_of(x)[0] + 1, 2]);", "f32[S + 1, 2]"),
        ("y = tract_core_gather(x, [0, 1], axis = 0);", "f32[2, 4]"),
    ],
)
def test_shapes_are_computed_with_symbols(statement: str, expected: str) -> None:
    assert facts(f"x = external(shape = [S, 4]); \n {statement}", S)["y"] == expected


def test_shapes_follow_from_extents_that_the_graph_computes() -> None:
    found = facts(
        """
        x = external(shape = [2, S]);
        shape = tract_core_shape_of(x);
        part = slice(shape, axes = [0], begin = [1], end = [2], stride = [1]);
        last = squeeze(part, axes = [0]);
        double = mul(add(last, 1), 2);
        y = tile([[1.0]], repeats = [2, double]);
        """,
        S,
    )
    assert found["y"] == "f32[2, 2*S + 2]"
    assert found["last"] == "tdim[]"


def test_assertions_decide_what_is_open() -> None:
    body = "x = external(shape = [S]); \n n = tract_core_shape_of(x)[0]; \n y = max(n, 1);"
    assert str(value(body, S)) == "max(S, 1)"
    assert reported(document("x = external(shape = [S]); \n z = external(shape = [T]); \n y = add(x, z);",
                             "extension tract_assert S == T;\n")) == []  # fmt: skip
    text = document("x = external(shape = [S]); \n z = external(shape = [T]); \n y = add(x, z);",
                    "extension tract_assert S >= 3;\nextension tract_assert T == S + 1;\n")  # fmt: skip
    assert reported(text) == ["error[shape-mismatch]"]


def test_an_unknown_name_becomes_a_symbol_only_where_tract_makes_one() -> None:
    assert reported(document("x = external(shape = [Q]); \n y = relu(x);")) == ["warning[implicit-symbol]"]
    assert reported(document("x = external(shape = [2]); \n y = tile(x, repeats = [Q]);")) == ["error[undefined-name]"]


def test_statements_of_one_form_keep_their_own_symbols() -> None:
    found = facts(
        "x = external(shape = [S]); \n z = external(shape = [T]); \n y = relu(z);", S + "extension tract_symbol T;\n"
    )
    assert (found["x"], found["y"]) == ("f32[S]", "f32[T]")


RANDOM = "k = tract_core_external(shape = [], datum_type = 'i64');"


def test_symbols_of_a_run_are_numbered_in_the_order_of_the_text() -> None:
    body = f"x = external(shape = [4]); \n {RANDOM} \n a, b = tract_core_topk(x, k, 0, true); \n y, c = tract_core_topk(x, k, 0, true);"
    found = facts(body)
    assert (found["a"], found["b"], found["y"]) == ("f32[k]", "i64[k]", "f32[k_0]")
    assert facts(body, "extension tract_symbol k;\n")["y"] == "f32[k_1]"


def test_an_edit_renumbers_them() -> None:
    text = document(
        f"x = external(shape = [4]); \n {RANDOM} \n a, b = tract_core_topk(x, k, 0, true); \n y, c = tract_core_topk(x, k, 0, true);"
    )
    analysis = analyse(text)
    line = "    a, b = tract_core_topk(x, k, 0, true);\n"
    analysis.edit(text.index(line), text.index(line) + len(line), "")
    assert str(analysis.tensors()["y"]) == "tensor<f32>[k]"


def test_real_shapes_give_symbols_their_values() -> None:
    analysis = analyse(
        document("x = external(shape = [S, 2*T + S]); \n y = relu(x);", S + "extension tract_symbol T;\n")
    )
    assert bound([(analysis.tensors()["x"].shape, (3, 13))]) == {"S": 3, "T": 5}
