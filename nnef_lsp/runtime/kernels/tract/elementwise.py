"""Element-wise operations of tract."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from ...arrays.broadcast import align
from ...arrays.dtypes import Array, as_common
from .. import kernel
from .operands import wide


@kernel("recip")
def recip(x: Array) -> Array:
    return np.asarray(np.divide(x.dtype.type(1), x))


@kernel("square")
def square(x: Array) -> Array:
    return np.asarray(np.square(x))


@kernel("tract_core_erf")
def erf(x: Array) -> Array:
    """By Python's own function, item by item: numpy has none."""
    return np.asarray(np.vectorize(math.erf, otypes=[np.float64])(x)).astype(x.dtype) if x.size else x


def sigmoid(x: Array) -> Array:
    """1 / (1 + exp(-x)) without overflow."""
    return np.asarray(0.5 * (1 + np.tanh(0.5 * x)))


@kernel("tract_core_silu", "tract_transformers_silu")
def silu(x: Array) -> Array:
    return np.asarray(x * sigmoid(x)).astype(x.dtype)


@kernel("tract_core_hard_swish")
def hard_swish(x: Array) -> Array:
    return np.asarray(x * np.clip(x / x.dtype.type(6) + x.dtype.type(0.5), 0, 1)).astype(x.dtype)


@kernel("tract_core_gelu_approx", "tract_transformers_gelu_approx")
def gelu_approx(input: Array, *, fast_impl: bool = False) -> Array:
    """The approximation by tanh; the fast one has a square where the cube belongs, as tract computes it."""
    (x,) = wide(input)
    inner = math.sqrt(2 / math.pi) * (x + 0.044715 * (x * x if fast_impl else x * x * x))
    return np.asarray(0.5 * x * (1 + np.tanh(inner))).astype(input.dtype)


@kernel("tract_core_round_even")
def round_even(x: Array) -> Array:
    return np.asarray(np.rint(x))


@kernel("tract_core_is_nan")
def is_nan(x: Array) -> Array:
    return np.asarray(np.isnan(x))


@kernel("tract_core_is_inf")
def is_inf(input: Array, *, detect_positive: bool = True, detect_negative: bool = True) -> Array:
    found = np.zeros(input.shape, bool)
    if detect_positive:
        found |= np.isposinf(input)
    if detect_negative:
        found |= np.isneginf(input)
    return found


@kernel("tract_core_bitnot")
def bitnot(x: Array) -> Array:
    return np.asarray(np.invert(x))


def _shifted(function: np.ufunc) -> Callable[[Array, Array], Array]:
    """By the amount modulo the bits of the type, as processors shift; numpy shifts everything out."""
    return lambda x, y: np.asarray(function(x, y & (x.dtype.itemsize * 8 - 1)))


_BINARY: dict[str, Callable[..., Array]] = {
    "tract_core_bitand": np.bitwise_and,
    "tract_core_bitor": np.bitwise_or,
    "tract_core_bitxor": np.bitwise_xor,
    "tract_core_xor": np.logical_xor,
    "tract_shl": _shifted(np.left_shift),
    "tract_shr": _shifted(np.right_shift),
}


def _binary(function: Callable[..., Array]) -> Callable[[Array, Array], Array]:
    def run(x: Array, y: Array) -> Array:
        return np.asarray(function(*align(*as_common(x, y))))

    return run


for _name, _function in _BINARY.items():
    kernel(_name)(_binary(_function))


@kernel("tract_core_pow_const")
def pow_const(input: Array, *, exponent: float) -> Array:
    return np.asarray(np.power(input, input.dtype.type(exponent)))


@kernel("tract:round")
def round_(x: Array) -> Array:
    """Halves away from zero."""
    return np.asarray(np.copysign(np.floor(np.abs(x) + x.dtype.type(0.5)), x)) if x.dtype.kind == "f" else x
