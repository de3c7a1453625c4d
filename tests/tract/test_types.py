"""Data types: literals, casts, operands of different types, and what operations make of types."""

from __future__ import annotations

import pytest

from nnef_lsp.rules import diagnose

from .helpers import analyse, document, facts, reported, value

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
        ("f + 1.0", "f32"), ("h * 0.5", "f16"), ("1.0 / f", "f32"), ("i + 1", "tdim"), ("f < 0.0", "bool"), ("s + i", "i64"),
        ("f + [1]", "f32"), ("h * [1.0, 2.0]", "f16"), ("s * [1.5]", "i8"), ("i < 1", "bool"), ("or(i, i)", "i64"),
        ("not(f)", "f32"), ("all_reduce(f, axes = [0])", "f32"), ("relu(s)", "i8"), ("f + true", "f32"),
        ("clamp(h, 0.0, [1.0, 2.0])", "f16"), ("tract_core_is_nan(i)", "i64"), ("prelu(h, 0.1)", "f16"),
        ("add(f, tract_core_cast(h, to = 'f32'))", "f32"), ("argmax_reduce(f, axes = [0])", "i64"), ("i", "i64"),
        ("tract_core_cast(f, to = 'TDim')", "tdim"), ("tract_core_shape_of(f)", "tdim"), ("select(b, 0.0, f)", "f32"),
        ("tract_core_einsum([h, h], expr = 'i,i->', acc = 'f32')", "f32"), ("sqrt(h)", "f16"), ("[1, 2]", "i32"),
        ("[1.0, 2.0]", "f32"), ("tract_core_is_nan(f)", "bool"), ("matmul([[1.0]], [[2.0]])", "f32"),
        ("tract_core_range(0, 4, 1)", "i64"), ("concat([f, f], axis = 0)", "f32"),
    ],
)  # fmt: skip
def test_the_type_of_an_expression(expression: str, dtype: str) -> None:
    assert facts(f"{INPUTS.strip()}\n y = {expression};")["y"].partition("[")[0] == dtype


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        ("f + 1", "no common data type for f32 and tdim: an integer is an extent (tdim), write 1.0"),
        ("-3 * h", "no common data type for tdim and f16: an integer is an extent (tdim), write -3.0"),
        ("f * S", "no common data type for f32 and tdim: convert the extents by tract_core_cast(.., to = 'f32')"),
        ("f + h + i", "no common data type for f32 and i64: convert one by tract_core_cast"),
        ("f < 0", "no common data type for f32 and tdim"),
        ("relu(S)", "no common data type for tdim and f32"),
        ("select(b, f, 0)", "both branches must have the same data type, found f32 and tdim"),
        ("select(b, h, 0.0)", "both branches must have the same data type, found f16 and f32"),
        ("select(i, f, f)", "the condition must be bool, found i64"),
        ("softmax(i, axes = [0])", "tract has softmax for f16, f32 and f64 only, found i64"),
        ("sum_reduce(tract_core_shape_of(f), axes = [0])", "tract reduces no extents"),
        ("1 / 2.0", "no common data type for tdim and f32"),
    ],
)
def test_types_that_tract_does_not_combine(expression: str, reason: str) -> None:
    text = document(f"{INPUTS.strip()}\n y = {expression};", "extension tract_symbol S;")
    (found,) = [item for item in diagnose(analyse(text)) if item.severity == "error"]
    assert found.rule == "operand-types" and reason in found.message


@pytest.mark.parametrize(("name", "hint"), [("float32", "'f32'"), ("int64_t", "'i64'"), ("q4", "there are bool")])
def test_a_type_that_there_is_not(name: str, hint: str) -> None:
    (found,) = diagnose(
        analyse(document(f"x = tract_core_external(shape = [2], datum_type = '{name}'); \n y = relu(x);"))
    )
    assert found.rule == "invalid-value" and hint in found.message


@pytest.mark.parametrize(
    ("expression", "items"),
    [
        ("tract_core_gather([5, 6, 7], [2, 0], axis = 0)", (7, 5)),
        ("concat([[1, 2], [3]], axis = 0)", (1, 2, 3)),
        ("transpose([[1, 2], [3, 4]], axes = [1, 0])", ((1, 3), (2, 4))),
        ("slice([1, 2, 3, 4], axes = [0], begin = [1], end = [4], stride = [2])", (2, 4)),
        ("select([true, false], [1, 2], [9])", (1, 9)),
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
    assert reported(document("x = external(shape = [2]); \n y = sigmoid(x, axes = [0]);")) == [
        "warning[ignored-argument]"
    ]
    assert reported(document("x = external(shape = [2]); \n y = tract_core_product_reduce(x, axis = [0]);")) == [
        "error[unknown-argument]"
    ]


def test_positional_attributes_and_single_items_are_fine() -> None:
    assert facts("x = external(shape = [2, 1]); \n y = squeeze(x, 1);")["y"] == "f32[2]"
    assert (
        facts("x = external(shape = [2, 1]); \n n = tract_core_shape_of(x); \n y = tract_core_broadcast(0.0, n);")["y"]
        == "f32[2, 1]"
    )


def test_the_result_of_attention_has_the_type_of_the_queries() -> None:
    body = """
        q = tract_core_external(shape = [1, 3, 8], datum_type = 'f16');
        y = tract_transformers_sdpa(q, q, q, datum_type = 'f32', acc_datum_type = 'f32', is_causal = true);"""
    assert facts(body)["y"] == "f16[1, 3, 8]"


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        ("tract_core_gelu_approx(1, fast_impl = true)", "tract has no 'tract_core_gelu_approx' of tdim"),
        ("tract_transformers_gelu_approx(true, fast_impl = true)", "tract has no 'tract_transformers_gelu_approx' of bool"),
        ("stack(1, axis = 1)", "axis 1 is out of range, the output has only axis 0"),
        ("tract_onnx_ml_direct_lookup(i, [1.0, 2.0], 9)", "must be of one data type, found f32 and i32"),
        ("tract_onnx_ml_direct_lookup(i, ['a'], 1)", "must be of one data type, found string and i32"),
        ("tract_extra_exp_unit_norm(x, z, axis = 1, alpha = 0.9)", "the state must be [2, 4], as the input without axis 1"),
        ("tract_extra_exp_unit_norm(x, v, axis = 1, alpha = 0.9)", "the state must be of the input's type f32, found u8"),
        ("tract_extra_exp_unit_norm(c, z, axis = 1, alpha = 0.9, complex = true)", "the state must be [2, 4]"),
        ("tract_onnx_random(datum_type = 'f32', shape = [2], dist = 'uniform', parameters = [1.0])", "two parameters, found 1"),
        ("tract_core_qconv(n, w, [0], groups = 1, dilation = [1], stride = [1], padding = [], border = 'constant', a0 = 0,"
         " a_scale = 0.5, b0 = 0, b_scale = 0.5, c0 = 0, c_scale = 1.0)", "a vector of 2, one for each output channel, found [1]"),
    ],
)  # fmt: skip
def test_what_random_models_showed_that_tract_refuses(expression: str, reason: str) -> None:
    """Asked of tract 0.23.9: `python -m tests.tract.differential.run`."""
    text = document(f"{OPERANDS.strip()}\n y = {expression};", REGISTRIES)
    (found,) = [item for item in diagnose(analyse(text)) if item.severity == "error"]
    assert reason in found.message


@pytest.mark.parametrize(
    ("expression", "dtype"),
    [
        ("softabs(i, epsilon = 0.5)", "i64"), ("softabs(h, epsilon = 1.0)", "f16"),
        ("stack(1, axis = 0)", "tdim"), ("stack(1.0, axis = 0)", "f32"), ("tract_onnx_ml_direct_lookup(i, [1, 2], 9)", "i32"),
        ("tract_onnx_ml_direct_lookup(i, [1.0], [9.0])", "f32"), ("tract_core_gelu_approx(1.0, fast_impl = true)", "f32"),
        ("tract_extra_exp_unit_norm(x, y4, axis = 1, alpha = 0.9)", "f32"),
        ("tract_extra_exp_unit_norm(c, y4, axis = 1, alpha = 0.9, complex = true)", "f32"),
    ],
)  # fmt: skip
def test_and_what_it_takes(expression: str, dtype: str) -> None:
    text = document(f"{OPERANDS.strip()}\n y = {expression};", REGISTRIES)
    analysis = analyse(text)
    assert [item.message for item in diagnose(analysis) if item.severity == "error"] == []
    assert analysis.tensors()["y"].dtype == dtype


REGISTRIES = "".join(f"extension tract_registry tract_{name};\n" for name in ("core", "onnx", "transformers", "extra"))
OPERANDS = f"""{INPUTS}
    x = external(shape = [2, 3, 4]);
    c = external(shape = [2, 3, 4, 2]);
    z = external(shape = [2, 3]);
    y4 = external(shape = [2, 4]);
    v = tract_core_external(shape = [2, 4], datum_type = 'u8');
    n = tract_core_external(shape = [1, 3, 5], datum_type = 'i8');
    w = tract_core_external(shape = [2, 3, 3], datum_type = 'i8');
"""
