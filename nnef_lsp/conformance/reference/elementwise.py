"""4.2 Element-wise operations, and 4.9.6 copies and sums of several tensors."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from . import defines
from .grid import Array, elementwise


def _define(name: str, sentence: str, function: Callable[..., Any], dtype: Any = float) -> None:
    def definition(*operands: Array) -> Array:
        return elementwise(function, *operands, dtype=dtype)

    definition.__doc__ = sentence
    defines(name)(definition)


@defines("copy")
def copy(x: Array) -> Array:
    """y[i] = x[i]"""
    return elementwise(lambda a: a, x, dtype=x.dtype)


@defines("select")
def select(condition: Array, true_value: Array, false_value: Array) -> Array:
    """The output equals true_value where condition is true and false_value otherwise."""
    return elementwise(lambda c, a, b: a if c else b, condition, true_value, false_value, dtype=true_value.dtype)


@defines("copy_n")
def copy_n(x: Array, *, times: int) -> list[Array]:
    """y = [x] * times"""
    return [copy(x) for _ in range(times)]


@defines("add_n")
def add_n(x: list[Array]) -> Array:
    """y = x[0] + add_n(x[1:])"""
    return elementwise(lambda *items: sum(items), *x)


def sign(x: float) -> float:
    """1, 0 or -1."""
    return 1.0 if x > 0 else -1.0 if x < 0 else 0.0


def round_(x: float) -> float:
    """Halves upwards."""
    return float(math.floor(x + 0.5))


_define("neg", "y[i] = -x[i]", lambda x: -x)
_define("rcp", "y[i] = 1 / x[i]", lambda x: 1 / x)
_define("exp", "y[i] = e ^ x[i]", math.exp)
_define("log", "y[i] = ln x[i]", math.log)
_define("sin", "y[i] = sin x[i]", math.sin)
_define("cos", "y[i] = cos x[i]", math.cos)
_define("tan", "y[i] = tan x[i]", math.tan)
_define("sinh", "y[i] = sinh x[i]", math.sinh)
_define("cosh", "y[i] = cosh x[i]", math.cosh)
_define("tanh", "y[i] = tanh x[i]", math.tanh)
_define("asin", "y[i] = asin x[i]", math.asin)
_define("acos", "y[i] = acos x[i]", math.acos)
_define("atan", "y[i] = atan x[i]", math.atan)
_define("asinh", "y[i] = asinh x[i]", math.asinh)
_define("acosh", "y[i] = acosh x[i]", math.acosh)
_define("atanh", "y[i] = atanh x[i]", math.atanh)
_define("abs", "y[i] = x[i] if x[i] >= 0, -x[i] if x[i] < 0", lambda x: x if x >= 0 else -x)
_define("sign", "y[i] = 1 if x[i] > 0, 0 if x[i] = 0, -1 if x[i] < 0", sign)
_define("not", "y[i] = !x[i]", lambda x: not x, bool)
_define("floor", "y[i] = floor(x[i])", math.floor)
_define("ceil", "y[i] = ceil(x[i])", math.ceil)
_define("round", "y[i] = floor(x[i] + 0.5)", round_)

_define("add", "z[i] = x[i] + y[i]; singleton dimensions are repeated", lambda x, y: x + y)
_define("sub", "z[i] = x[i] - y[i]; singleton dimensions are repeated", lambda x, y: x - y)
_define("mul", "z[i] = x[i] * y[i]; singleton dimensions are repeated", lambda x, y: x * y)
_define("div", "z[i] = x[i] / y[i]; singleton dimensions are repeated", lambda x, y: x / y)
_define("pow", "z[i] = x[i] ^ y[i]; singleton dimensions are repeated", lambda x, y: x**y)
_define("lt", "z[i] = x[i] < y[i]", lambda x, y: x < y, bool)
_define("gt", "z[i] = x[i] > y[i]", lambda x, y: x > y, bool)
_define("le", "z[i] = x[i] <= y[i]", lambda x, y: x <= y, bool)
_define("ge", "z[i] = x[i] >= y[i]", lambda x, y: x >= y, bool)
_define("eq", "z[i] = x[i] == y[i]", lambda x, y: x == y, bool)
_define("ne", "z[i] = x[i] != y[i]", lambda x, y: x != y, bool)
_define("and", "z[i] = x[i] && y[i]", lambda x, y: x and y, bool)
_define("or", "z[i] = x[i] || y[i]", lambda x, y: x or y, bool)

_define("sqr", "y = pow(x, 2.0)", lambda x: x**2)
_define("sqrt", "y = pow(x, 0.5)", lambda x: x**0.5)
_define("rsqr", "y = pow(x, -2.0)", lambda x: x**-2.0)
_define("rsqrt", "y = pow(x, -0.5)", lambda x: x**-0.5)
_define("log2", "y = log(x) / log(2.0)", lambda x: math.log(x) / math.log(2.0))
_define("min", "z = select(x < y, x, y)", lambda x, y: x if x < y else y)
_define("max", "z = select(x > y, x, y)", lambda x, y: x if x > y else y)
_define("clamp", "y = max(min(x, b), a)", lambda x, a, b: max(min(x, b), a))
