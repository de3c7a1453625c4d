"""Element-wise operations (4.2), with broadcasting aligned from axis 0.

Where the specification's formula says more than numpy's function of that name, the formula is followed:
`round` is floor(x + 0.5), so halves go up, not to even.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ..arrays.broadcast import align
from ..arrays.dtypes import Array, as_common
from ..arrays.runs import maximum, minimum
from . import kernel

Out = Array | None
Elementwise = Callable[..., Array]
"""A ufunc, or a function that is called like one."""


def _unary(function: Elementwise) -> Elementwise:
    def run(x: Array, *, out: Out = None) -> Array:
        return np.asarray(function(x, out=out))

    return run


def _binary(function: Elementwise) -> Elementwise:
    def run(x: Array, y: Array, *, out: Out = None) -> Array:
        if x.dtype != y.dtype or x.ndim != y.ndim:
            x, y = align(*as_common(x, y))
        return np.asarray(function(x, y, out=out))

    return run


_UNARY: dict[str, Elementwise] = {
    "neg": np.negative, "exp": np.exp, "log": np.log, "sin": np.sin, "cos": np.cos, "tan": np.tan, "sinh": np.sinh,
    "cosh": np.cosh, "tanh": np.tanh, "asin": np.arcsin, "acos": np.arccos, "atan": np.arctan, "asinh": np.arcsinh,
    "acosh": np.arccosh, "atanh": np.arctanh, "abs": np.abs, "sign": np.sign, "not": np.logical_not, "floor": np.floor,
    "ceil": np.ceil, "sqr": np.square, "sqrt": np.sqrt, "log2": np.log2,
}  # fmt: skip
_BINARY: dict[str, Elementwise] = {
    "add": np.add, "sub": np.subtract, "mul": np.multiply, "pow": np.power, "lt": np.less, "gt": np.greater,
    "le": np.less_equal, "ge": np.greater_equal, "eq": np.equal, "ne": np.not_equal, "and": np.logical_and,
    "or": np.logical_or, "min": minimum, "max": maximum,
}  # fmt: skip

for _name, _function in _UNARY.items():
    kernel(_name, out=True)(_unary(_function))
for _name, _function in _BINARY.items():
    kernel(_name, out=True)(_binary(_function))


@kernel("copy", view=True)
def copy(x: Array) -> Array:
    return x


@kernel("rcp", out=True)
def rcp(x: Array, *, out: Out = None) -> Array:
    return np.asarray(np.divide(x.dtype.type(1), x, out=out))


@kernel("rsqr", out=True)
def rsqr(x: Array, *, out: Out = None) -> Array:
    out = np.square(x, out=out)
    return np.asarray(np.divide(out.dtype.type(1), out, out=_reusable(out)))


@kernel("rsqrt", out=True)
def rsqrt(x: Array, *, out: Out = None) -> Array:
    out = np.sqrt(x, out=out)
    return np.asarray(np.divide(out.dtype.type(1), out, out=_reusable(out)))


@kernel("round", out=True)
def round(x: Array, *, out: Out = None) -> Array:
    """floor(x + 0.5) (4.2.1), computed so that x + 0.5 is not rounded: 0.49999997 gives 0, not 1."""
    whole = np.floor(x)
    return np.asarray(np.add(whole, (x - whole) >= 0.5, out=out, dtype=whole.dtype))


@kernel("div", out=True)
def div(x: Array, y: Array, *, out: Out = None) -> Array:
    """x / y; integers (dialects only) divide towards zero."""
    x, y = align(*as_common(x, y))
    if x.dtype.kind in "iu":
        quotient = np.floor_divide(x, y)
        return np.asarray(np.add(quotient, (x % y != 0) & ((x < 0) != (y < 0)), out=out, dtype=quotient.dtype))
    return np.asarray(np.divide(x, y, out=out))


@kernel("select")
def select(condition: Array, true_value: Array, false_value: Array) -> Array:
    """condition, true_value, false_value broadcast against each other (4.2.3)."""
    condition, true_value, false_value = align(condition, *as_common(true_value, false_value))
    return np.where(condition, true_value, false_value)


@kernel("clamp", out=True)
def clamp(x: Array, a: Array, b: Array, *, out: Out = None) -> Array:
    """max(min(x, b), a) (4.2.4): where a > b the result is a."""
    x, a, b = align(*as_common(x, a, b))
    shape = np.broadcast_shapes(x.shape, a.shape, b.shape)
    least = minimum(x, b, out if x.shape == shape else None)
    return maximum(least, a, out)


add = _binary(np.add)


@kernel("add_n", out=True, view=True)
def add_n(x: list[Array], *, out: Out = None) -> Array:
    """Sum of tensors of one shape (4.9.6)."""
    if len(x) < 2:
        return x[0] if out is None else _copied(x[0], out)
    total = add(x[0], x[1], out=out if _disjoint(out, x[2:]) else None)
    for item in x[2:]:
        total = add(total, item, out=_reusable(total))
    return total if out is None or total is out else _copied(total, out)


@kernel("copy_n", view=True)
def copy_n(x: Array, *, times: int) -> list[Array]:
    return [x] * times


def _reusable(array: Array) -> Out:
    """The array as `out=`, or None for numpy scalars, which cannot be written."""
    return array if isinstance(array, np.ndarray) else None


def _disjoint(out: Out, arrays: list[Array]) -> bool:
    return out is not None and not any(np.may_share_memory(out, array) for array in arrays)


def _copied(array: Array, out: Array) -> Array:
    np.copyto(out, array)
    return out
