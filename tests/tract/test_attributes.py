"""Attributes that tract cannot read, and shapes of its own operations, checked against tract 0.23."""

from __future__ import annotations

import numpy as np
import pytest

from nnef_lsp.rules import diagnose

from .helpers import analyse, compute, document, facts

INPUTS = """
    x = external(shape = [2, 3]);
    i = external<integer>(shape = [2, 3]);
    s = external(shape = [1, 1, S, 4]);
"""
HEADER = "extension tract_symbol S;\nextension tract_symbol T;"


def refusal(expression: str, left: str = "y") -> str:
    """`rule: message` of the one error."""
    text = document(f"{INPUTS.strip()}\n {left} = {expression};", HEADER)
    (found,) = [item for item in diagnose(analyse(text)) if item.severity == "error"]
    return f"{found.rule}: {found.message}"


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        ("sum_reduce(x, axes = 2.5)", "'axes' must be a list (integer[]), found scalar"),
        ("sum_reduce(x, axes = 'what')", "'axes' must be a list (integer[]), found string"),
        ("reshape(x, shape = true)", "'shape' must be a list (integer[]), found logical"),
        ("pad(x, padding = [(0, 1), (0, 0)], border = 1)", "'border' must be a string, found integer"),
        ("matmul(x, x, transposeB = [true, false])", "'transposeB' must be true or false"),
        ("tract_core_cast(x)", "the data type is missing"),
        ("tract_core_cast(x, to = '')", "the data type is missing"),
        (
            "tract_core_resize(s, sizes = [1, 1, 4, 4], nearest_mode = 'ceil')",
            "must be one of 'floor', 'round_prefer_ceil'",
        ),
        ("tract_core_resize(s, scales = [1.0, 1.0, 0.5, 2.0])", "tract cannot scale the extent S by 0.5"),
        ("tract_core_scatter_nd(x, [[0]], [[1.0, 1.0, 1.0]], reduction = 'sum')", "must be one of 'none', 'add'"),
        (
            "tract_core_scatter_nd(x, [[0]], slice(i, axes = [0], begin = [0], end = [1]))",
            "no common data type for f32 and i64",
        ),
        ("tract_core_one_hot(i, axis = 0, dim = S)", "tract needs 'dim' as a number, it is S"),
        ("tract_core_range(0.0, 4, 1)", "must have one data type, found f32 and tdim"),
        ("tract_core_range(0, S, T)", "tract needs 'step' as a number, it is T"),
        ("tract_core_range(3, 1, 1)", "from 3 there are no steps of 1 to 1"),
    ],
)
def test_what_tract_cannot_read(expression: str, reason: str) -> None:
    assert reason in refusal(expression)


@pytest.mark.parametrize(
    ("expression", "fact"),
    [
        ("tract_core_einsum([x], expr = 'ij->', acc = 'f32')", "f32[2, 3]"),
        ("tract_core_einsum([x, x], expr = 'ij,ij->', acc = 'f32')", "f32[]"),
        ("tract_core_einsum([x], expr = 'ij->im', acc = 'f16', output = 'i8')", "f16[2, 1]"),
        ("tract_core_einsum([x], expr = 'ij->ii', acc = 'f32')", "f32[2]"),
        ("tract_core_range(0, tract_core_cast(i[0], to = 'TDim'), 1)", "i64[range]"),
        (
            "tract_core_range(tract_core_cast(0, to = 'i32'), tract_core_cast(S, to = 'i32'), tract_core_cast(1, to = 'i32'))",
            "i32[range]",
        ),
        ("sum_reduce(x, axes = 1)", "f32[2, 1]"),
    ],
)
def test_shapes_and_types(expression: str, fact: str) -> None:
    if "i[0]" in expression:
        expression = expression.replace(
            "i[0]",
            "squeeze(slice(slice(i, axes = [0], begin = [0], end = [1]), axes = [1], begin = [0], end = [1]), axes = [0, 1])",
        )
    assert facts(f"{INPUTS.strip()}\n y = {expression};", HEADER)["y"] == fact


def test_more_items_than_there_are_come_with_zeros() -> None:
    found = compute(
        "x = external(shape = [3]); \n y, z = tract_core_topk(x, 5, axis = 0, largest = true);",
        {"x": np.array([3, 1, 2], np.float32)},
    )
    np.testing.assert_array_equal(found, [3, 2, 1, 0, 0])


def test_windows_leave_channels_alone() -> None:
    x = np.arange(6, dtype=np.float32).reshape(1, 3, 2)
    found = compute("x = external(shape = [1, 3, 2]); \n y = box(x, size = [1, 3, 1]);", {"x": x})
    np.testing.assert_array_equal(found, x)


def test_the_fast_gelu_is_another_approximation() -> None:
    x = np.array([-2, -1, 0.5], np.float32)
    found = compute("x = external(shape = [3]); \n y = tract_core_gelu_approx(x, fast_impl = true);", {"x": x})
    np.testing.assert_allclose(found, [-0.1037038, -0.17881238, 0.34666386], rtol=1e-5)
