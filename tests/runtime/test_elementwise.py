"""Element-wise operations and activations against scalar formulas, and broadcasting aligned from axis 0."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from .helpers import call, numbers, same


def sigmoid(x: float) -> float:
    return 1.0 / (1.0 + math.exp(-x))


UNARY: dict[str, Callable[[float], float]] = {
    "copy": lambda x: x, "neg": lambda x: -x, "rcp": lambda x: 1 / x, "exp": math.exp, "sin": math.sin, "cos": math.cos,
    "tan": math.tan, "sinh": math.sinh, "cosh": math.cosh, "tanh": math.tanh, "atan": math.atan, "asinh": math.asinh,
    "abs": abs, "sign": lambda x: (x > 0) - (x < 0), "floor": math.floor, "ceil": math.ceil,
    "round": lambda x: math.floor(x + 0.5), "sqr": lambda x: x * x, "rsqr": lambda x: x**-2.0,
    "relu": lambda x: max(x, 0.0), "sigmoid": sigmoid, "gelu": lambda x: x * sigmoid(1.702 * x),
    "silu": lambda x: x * sigmoid(x), "softplus": lambda x: math.log(math.exp(x) + 1.0),
}  # fmt: skip
POSITIVE: dict[str, Callable[[float], float]] = {
    "log": math.log, "sqrt": math.sqrt, "rsqrt": lambda x: x**-0.5, "log2": math.log2,
}  # fmt: skip
UNIT: dict[str, Callable[[float], float]] = {"asin": math.asin, "acos": math.acos, "atanh": math.atanh}


@pytest.mark.parametrize("operation", UNARY)
def test_unary(operation: str) -> None:
    x = np.concatenate([numbers(40) * 3, [1e-3, -1e-3, 0.5, -0.5, 1.5, 2.5]])
    same(call(operation, x), [UNARY[operation](v) for v in x.tolist()])


@pytest.mark.parametrize("operation", POSITIVE)
def test_unary_of_positive_numbers(operation: str) -> None:
    x = np.abs(numbers(40)) + 0.01
    same(call(operation, x), [POSITIVE[operation](v) for v in x.tolist()])


@pytest.mark.parametrize("operation", UNIT)
def test_unary_within_one(operation: str) -> None:
    x = np.linspace(-0.9, 0.9, 19)
    same(call(operation, x), [UNIT[operation](v) for v in x.tolist()])
    same(call("acosh", x + 2.5), [math.acosh(v) for v in (x + 2.5).tolist()])


def test_halves_round_up_and_the_item_below_a_half_does_not() -> None:
    x = np.array([0.5, 1.5, 2.5, -0.5, -1.5, np.nextafter(np.float32(0.5), np.float32(0))], np.float32)
    assert call("round", x).tolist() == [1, 2, 3, 0, -1, 0]


BINARY: dict[str, Callable[[Any, Any], Any]] = {
    "add": lambda x, y: x + y, "sub": lambda x, y: x - y, "mul": lambda x, y: x * y, "div": lambda x, y: x / y,
    "min": min, "max": max, "lt": lambda x, y: x < y, "gt": lambda x, y: x > y, "le": lambda x, y: x <= y,
    "ge": lambda x, y: x >= y, "eq": lambda x, y: x == y, "ne": lambda x, y: x != y,
}  # fmt: skip
SHAPES = [((2, 3), (2, 3)), ((2, 3, 4), (2,)), ((2,), (2, 3)), ((1, 3), (2, 1, 4)), ((2, 3), ()), ((), (2, 3))]


@pytest.mark.parametrize("operation", BINARY)
@pytest.mark.parametrize("shapes", SHAPES)
def test_binary_broadcasts_from_the_first_axis(operation: str, shapes: Any) -> None:
    x, y = (np.round(numbers(shape, seed)) + 0.5 for seed, shape in enumerate(shapes))
    rank = max(x.ndim, y.ndim)
    left, right = (v.reshape(v.shape + (1,) * (rank - v.ndim)) for v in (x, y))
    shape = np.broadcast_shapes(left.shape, right.shape)
    expected = np.empty(shape, object)
    for at in np.ndindex(*shape):
        a, b = (v[tuple(i if n > 1 else 0 for i, n in zip(at, v.shape, strict=True))] for v in (left, right))
        expected[at] = BINARY[operation](a, b)
    actual = call(operation, x, y)
    assert actual.shape == shape
    np.testing.assert_allclose(actual.astype(float), expected.astype(float))
    assert (actual.dtype == bool) == (operation in ("lt", "gt", "le", "ge", "eq", "ne"))


def test_power_and_logic() -> None:
    x = np.abs(numbers((2, 3))) + 0.1
    same(call("pow", x, 0.7), x**0.7)
    a, b = np.array([True, True, False, False]), np.array([True, False, True, False])
    assert call("and", a, b).tolist() == [True, False, False, False]
    assert call("or", a, b).tolist() == [True, True, True, False]
    assert call("not", a).tolist() == [False, False, True, True]


def test_integers_keep_their_type_and_floats_their_width() -> None:
    assert call("add", np.arange(3), np.arange(3)).dtype == np.int64
    assert call("div", np.array([7, -7]), np.array([2, 2])).tolist() == [3, -3]
    assert call("mul", np.ones(3, np.float32), np.array(2)).dtype == np.float32


def test_select_broadcasts_three_ways() -> None:
    condition = np.array([[True], [False]])
    x, y = numbers((2, 3)), numbers((1, 3), 1)
    same(call("select", condition, x, y), np.where(condition, x, y))
    same(call("select", condition[:, 0], x, 0.0), np.where(condition, x, 0.0))
    same(call("select", True, x, y), x)


def test_clamp_with_crossed_bounds_gives_the_lower() -> None:
    x = numbers((3, 4)) * 3
    same(call("clamp", x, -1.0, 1.0), np.clip(x, -1, 1))
    same(call("clamp", x, 2.0, 1.0), np.full(x.shape, 2.0))
    same(call("clamp", x, np.array([-1.0, 0.0, 1.0]), 2.0), np.clip(x, [[-1.0], [0.0], [1.0]], 2))


def test_parametric_activations() -> None:
    x = numbers((2, 3, 4))
    alpha = np.array([[0.1, 0.2, 0.3]])
    same(call("prelu", x, alpha), np.where(x < 0, x * alpha[..., None], x))
    same(call("leaky_relu", x, alpha=0.1), np.where(x < 0, 0.1 * x, x))
    same(call("elu", x, alpha=0.5), np.where(x < 0, 0.5 * (np.exp(x) - 1), x))
    same(call("selu", x, alpha=1.5, **{"lambda": 2.0}), 2 * np.where(x < 0, 1.5 * (np.exp(x) - 1), x))
    same(call("softabs", x, epsilon=0.1), np.sqrt(x * x + 0.1))


def test_activations_do_not_overflow() -> None:
    x = np.array([-1000.0, -200.0, 200.0, 1000.0], np.float32)
    assert call("sigmoid", x).tolist() == [0, 0, 1, 1]
    assert call("softplus", x).tolist() == [0, 0, 200, 1000]
    assert np.isfinite(call("elu", x)).all()


@pytest.mark.parametrize("axes", [[1], [0, 2], [0, 1, 2], []])
def test_softmax_over_several_axes_together(axes: list[int]) -> None:
    x = numbers((2, 3, 4)) * 50
    e = np.exp(x - x.max(axis=tuple(axes), keepdims=True))
    same(call("softmax", x, axes=axes), e / e.sum(axis=tuple(axes), keepdims=True))


def test_sums_and_copies_of_many() -> None:
    x, y, z = (numbers((2, 3), seed) for seed in range(3))
    same(call("add_n", [x, y, z]), x + y + z)
    same(call("add_n", [x]), x)
    assert len(call("copy_n", x, times=3)) == 3


def test_sums_may_go_into_one_of_the_terms() -> None:
    from nnef_lsp.runtime.kernels import kernels

    x, y, z = (numbers((2, 3), seed) for seed in range(3))
    expected = x + y + z
    same(kernels()["add_n"].function([x, y, z], out=z), expected)
