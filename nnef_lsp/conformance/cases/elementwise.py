"""4.2 Element-wise operations, 4.9.6 copies and sums of several tensors."""

from __future__ import annotations

from functools import partial
from typing import Any

from ..case import Case, Data, case, given, integers, keep, logicals, stored, tensor

unary = partial(case, section="4.2.1")
binary = partial(case, section="4.2.2")
simple = partial(case, section="4.2.4")
several = partial(case, section="4.9.6")


def _unary(make: Any, operation: str, low: float, high: float, *special: float) -> list[Case]:
    """One operand in five shapes."""
    return [
        make(operation, "vector", tensor(7, low=low, high=high)),
        make(operation, "matrix", tensor(3, 4, low=low, high=high)),
        make(operation, "image", tensor(1, 2, 3, 3, low=low, high=high)),
        make(operation, "rank-5", tensor(2, 1, 2, 1, 2, low=low, high=high)),
        make(operation, "special", given(*special)),
    ]


def _binary(operation: str, second: tuple[float, float], left: float, right: float, make: Any = binary) -> list[Case]:
    """Two operands: equal shapes, and every way of repeating one."""
    low, high = second

    def b(*shape: int) -> Data:
        return tensor(*shape, low=low, high=high)

    first = (0.25, 2.0) if operation == "pow" else (-2.0, 2.0)

    def a(*shape: int) -> Data:
        return tensor(*shape, low=first[0], high=first[1])

    return [
        make(operation, "same-shape", a(2, 3), b(2, 3)),
        make(operation, "image", a(1, 2, 3, 3), b(1, 2, 3, 3)),
        make(operation, "number-right", a(2, 3), right),
        make(operation, "number-left", left, b(2, 3)),
        make(operation, "per-channel", a(2, 3, 2, 2), keep(b(1, 3))),
        make(operation, "lower-rank-left", a(2), b(2, 3, 2)),
        make(operation, "both-repeated", a(3, 1), b(1, 4)),
    ]


def _comparison(operation: str) -> list[Case]:
    ties = given(-1.0, 0.0, 0.5, 0.5, 2.0, -3.0), given(-1.0, 0.25, 0.5, -0.5, 1.0, 3.0)
    return [
        binary(operation, "ties", *ties),
        binary(operation, "number", given(-1.0, 0.0, 1.0, 0.5), 0.5),
        binary(operation, "number-left", 0.5, given(-1.0, 0.5, 1.0, 0.25)),
        binary(operation, "image", tensor(1, 2, 3, 3, low=-0.1, high=0.1), tensor(1, 2, 3, 3, low=-0.1, high=0.1)),
        binary(operation, "per-channel", tensor(2, 3, 2, low=-0.1, high=0.1), tensor(1, 3, low=-0.1, high=0.1)),
    ]


def _logical(operation: str) -> list[Case]:
    return [
        binary(operation, "table", given(False, False, True, True), given(False, True, False, True)),
        binary(operation, "matrix", logicals(3, 4), logicals(3, 4)),
        binary(operation, "literal", logicals(5), True),
        binary(operation, "per-channel", logicals(2, 3, 2), logicals(1, 3)),
        binary(operation, "both-repeated", logicals(3, 1), logicals(1, 4)),
    ]


BETWEEN = 1 / 128
"""Moves items between the halves, which have cases of their own."""
SELECT = partial(case, "select", section="4.2.3")

CASES = [
    *_unary(unary, "copy", -2, 2, 0.0, -1.0, 1e6, -1e-6),
    unary("copy", "integer", integers(2, 3)),
    unary("copy", "logical", logicals(4)),
    *_unary(unary, "neg", -2, 2, 0.0, -1.0, 1e6, -1e-6),
    *_unary(unary, "rcp", 0.25, 4, -0.5, 1.0, 1e3, -1e-3),
    *_unary(unary, "exp", -3, 3, 0.0, 1.0, -20.0, 10.0),
    *_unary(unary, "log", 0.25, 9, 1.0, 2.718281828459045, 1e-6, 1e6),
    *_unary(unary, "sin", -6, 6, 0.0, 1.5707963, 3.1415926, -20.0),
    *_unary(unary, "cos", -6, 6, 0.0, 1.5, 3.1415926, -20.0),
    *_unary(unary, "tan", -1.4, 1.4, 0.0, 0.7853981, 3.0, -2.5),
    *_unary(unary, "sinh", -3, 3, 0.0, 1e-3, 8.0, -8.0),
    *_unary(unary, "cosh", -3, 3, 0.0, 1e-3, 8.0, -8.0),
    *_unary(unary, "tanh", -3, 3, 0.0, 1e-3, 20.0, -20.0),
    *_unary(unary, "asin", -1, 1, 0.0, 1.0, -1.0, 0.5),
    *_unary(unary, "acos", -1, 1, 0.0, 1.0, -1.0, 0.5),
    *_unary(unary, "atan", -4, 4, 0.0, 1.0, 1e3, -1e3),
    *_unary(unary, "asinh", -4, 4, 0.0, 1e-2, 1e3, 2.0),
    *_unary(unary, "acosh", 1.25, 6, 1.0, 2.0, 1e3, 10.0),
    *_unary(unary, "atanh", -0.9, 0.9, 0.0, 1e-2, 0.96875, -0.5),
    *_unary(unary, "abs", -2, 2, 0.0, -1e6, 1e-6, -0.5),
    *_unary(unary, "sign", -1, 1, 0.0, -1e-6, 1e-6, 1e6),
    unary("not", "vector", logicals(7)),
    unary("not", "matrix", logicals(3, 4)),
    unary("not", "image", logicals(1, 2, 3, 3)),
    unary("not", "rank-5", logicals(2, 1, 2, 1, 2)),
    unary("not", "table", given(True, False)),
    *_unary(unary, "floor", -4, 4, -1.5, -0.5, 0.5, 2.0),
    *_unary(unary, "ceil", -4, 4, -1.5, -0.5, 0.5, 2.0),
    unary("round", "vector", tensor(7, low=-4, high=4, offset=BETWEEN)),
    unary("round", "matrix", tensor(3, 4, low=-4, high=4, offset=BETWEEN)),
    unary("round", "image", tensor(1, 2, 3, 3, low=-4, high=4, offset=BETWEEN)),
    unary("round", "rank-5", tensor(2, 1, 2, 1, 2, low=-4, high=4, offset=BETWEEN)),
    unary("round", "special", given(-0.75, 0.25, 1.75, 2.0)),
    unary("round", "positive-halves", given(0.5, 1.5, 2.5, 3.5, 4.5)),
    unary("round", "negative-halves", given(-0.5, -1.5, -2.5, -3.5, -4.5)),
    *_binary("add", (-2, 2), 0.5, -1.5),
    *_binary("sub", (-2, 2), 0.5, -1.5),
    *_binary("mul", (-2, 2), 0.5, -1.5),
    *_binary("div", (0.25, 2), 0.5, -1.5),
    *_binary("pow", (-2, 2), 2.0, 1.5),
    binary("pow", "negative-base", given(-2.0, -1.5, -1.0, 3.0), given(2.0, 3.0, -1.0, 0.0)),
    *[item for name in ("lt", "gt", "le", "ge", "eq", "ne") for item in _comparison(name)],
    *_logical("and"),
    *_logical("or"),
    SELECT("same-shape", logicals(2, 3), tensor(2, 3), tensor(2, 3)),
    SELECT("numbers", logicals(2, 3), 1.0, -1.0),
    SELECT("condition-repeated", logicals(1, 3), tensor(2, 3), tensor(2, 3)),
    SELECT("branches-repeated", logicals(2, 3), tensor(2, 1), tensor(1, 3)),
    SELECT("single-condition", given(True, shape=(1, 1)), tensor(2, 3), tensor(2, 3)),
    SELECT("integer", logicals(2, 3), integers(2, 3), integers(2, 3)),
    *_unary(simple, "sqr", -2, 2, 0.0, -1.0, 100.0, -1e-3),
    *_unary(simple, "sqrt", 0.25, 4, 0.0, 1.0, 1e4, 1e-4),
    *_unary(simple, "rsqr", 0.25, 4, -0.5, 1.0, 100.0, 0.125),
    *_unary(simple, "rsqrt", 0.25, 4, 1.0, 100.0, 1e-4, 0.5),
    *_unary(simple, "log2", 0.25, 9, 1.0, 0.125, 1024.0, 3.0),
    *_binary("min", (-2, 2), 0.5, -0.5, simple),
    *_binary("max", (-2, 2), 0.5, -0.5, simple),
    simple("clamp", "numbers", tensor(3, 4), -1.0, 0.5),
    simple("clamp", "image", tensor(1, 2, 3, 3), 0.0, 1.0),
    simple("clamp", "tensors", tensor(2, 3), tensor(2, 3, low=-2, high=-0.5), tensor(2, 3, low=0.5, high=2)),
    simple("clamp", "per-channel", tensor(2, 3, 2), stored(1, 3, low=-1, high=0), stored(1, 3, low=0, high=1)),
    simple("clamp", "crossed-limits", tensor(2, 5), 1.0, -1.0),
    several("copy_n", "two", tensor(2, 3), results="[2]", times=2),
    several("copy_n", "three", tensor(1, 2, 2), results="[3]", times=3),
    several("copy_n", "one", tensor(4), results="[1]", times=1),
    several("copy_n", "integer", integers(2, 3), results="[2]", times=2),
    several("copy_n", "logical", logicals(3), results="[2]", times=2),
    several("add_n", "two", [tensor(2, 3), tensor(2, 3)]),
    several("add_n", "three", [tensor(2, 3), tensor(2, 3), tensor(2, 3)]),
    several("add_n", "one", [tensor(2, 3)]),
    several("add_n", "image", [tensor(1, 2, 2, 2), tensor(1, 2, 2, 2), tensor(1, 2, 2, 2), tensor(1, 2, 2, 2)]),
    several("add_n", "with-variable", [tensor(2, 3), stored(2, 3)]),
]
