"""Data types: literals, casts, operands of different types, and what operations make of types."""

from __future__ import annotations

import pytest

from .helpers import document, facts, reported, value

INPUTS = """
    f = external(shape = [2]);
    h = tract_core_external(shape = [2], datum_type = 'f16');
    i = tract_core_external(shape = [2], datum_type = 'I64');
    s = tract_core_external(shape = [2], datum_type = 'i8');
    b = external<logical>(shape = [2]);
"""


@pytest.mark.parametrize(
    ("expression", "dtype"),
    [
        ("f + 1", "f32"), ("h * 0.5", "f16"), ("1 / f", "f32"), ("i + 1", "tdim"), ("f < 0", "bool"), ("s + i", "i64"),
        ("add(f, tract_core_cast(h, to = 'f32'))", "f32"), ("argmax_reduce(f, axes = [0])", "i64"), ("i", "i64"),
        ("tract_core_cast(f, to = 'TDim')", "tdim"), ("tract_core_shape_of(f)", "tdim"), ("select(b, 0.0, f)", "f32"),
        ("tract_core_einsum([h, h], expr = 'i,i->', acc = 'f32')", "f32"), ("sqrt(h)", "f16"), ("[1, 2]", "i32"),
        ("[1.0, 2.0]", "f32"), ("tract_core_is_nan(f)", "bool"), ("matmul([[1.0]], [[2.0]])", "f32"),
        ("tract_core_range(0, 4, 1)", "i64"), ("concat([f, f], axis = 0)", "f32"),
    ],
)  # fmt: skip
def test_the_type_of_an_expression(expression: str, dtype: str) -> None:
    assert facts(f"{INPUTS.strip()}\n y = {expression};")["y"].partition("[")[0] == dtype


@pytest.mark.parametrize(("name", "hint"), [("float32", "'f32'"), ("int64_t", "'i64'"), ("q4", "there are bool")])
def test_a_type_that_there_is_not(name: str, hint: str) -> None:
    from nnef_lsp.rules import diagnose

    from .helpers import analyse

    (found,) = diagnose(analyse(document(f"x = tract_core_external(shape = [2], datum_type = '{name}'); \n y = relu(x);")))
    assert found.rule == "invalid-value" and hint in found.message


@pytest.mark.parametrize(
    ("expression", "items"),
    [
        ("tract_core_gather([5, 6, 7], [2, 0], axis = 0)", (7, 5)),
        ("concat([[1, 2], [3]], axis = 0)", (1, 2, 3)),
        ("transpose([[1, 2], [3, 4]], axes = [1, 0])", ((1, 3), (2, 4))),
        ("slice([1, 2, 3, 4], axes = [0], begin = [1], end = [4], stride = [2])", (2, 4)),
        ("select([true, false], [1, 2], 9)", (1, 9)),
        ("min([1, 5], 3)", (1, 3)),
        ("7 / 2", 3),
        ("div([7, -7], 2)", (3, -3)),
        ("sum_reduce([[1, 2], [3, 4]], axes = [0])", ((4, 6),)),
        ("unsqueeze(squeeze([[3]], axes = [0]), axes = [0, 0])", (((3,),),)),
        ("tract_core_cast([1.9, -1.9], to = 'i64')", (1, -1)),
        ("tile([1, 2], repeats = [2])", (1, 2, 1, 2)),
        ("tract_core_range(5, 0, -2)", (5, 3, 1)),
    ],
)
def test_small_constants_are_computed(expression: str, items: object) -> None:
    assert value(f"y = {expression};") == items


def test_what_tract_overlooks_is_a_warning_and_a_misnamed_argument_an_error() -> None:
    assert reported(document("x = external(shape = [2]); \n y = sigmoid(x, axes = [0]);")) == ["warning[ignored-argument]"]
    assert reported(document("x = external(shape = [2]); \n y = tract_core_product_reduce(x, axis = [0]);")) == [
        "error[unknown-argument]"
    ]


def test_positional_attributes_and_single_items_are_fine() -> None:
    assert facts("x = external(shape = [2, 1]); \n y = squeeze(x, 1);")["y"] == "f32[2]"
    assert facts("x = external(shape = [2, 1]); \n n = tract_core_shape_of(x); \n y = tract_core_broadcast(0.0, n);")["y"] == "f32[2, 1]"
