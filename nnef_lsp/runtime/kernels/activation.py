"""Activation functions (4.9.1), by the specification's definitions.

Definitions that overflow where their value does not (sigmoid, softplus) are computed in an equivalent stable form.
gelu is x * sigmoid(1.702 x), the body that the specification gives, not the exact x * Phi(x) it mentions.
"""

from __future__ import annotations

import numpy as np

from ..arrays.broadcast import to_rank
from ..arrays.dtypes import Array, as_common
from ..arrays.runs import maximum
from . import kernel

Out = Array | None


@kernel("relu", out=True)
def relu(x: Array, *, out: Out = None) -> Array:
    return maximum(x, x.dtype.type(0), out)


@kernel("sigmoid", out=True)
def sigmoid(x: Array, *, out: Out = None) -> Array:
    """1 / (1 + exp(-x)).  exp overflows to inf for x < -88 (float32) and the quotient is then the right 0."""
    out = np.asarray(np.negative(x, out=out))
    np.exp(out, out=out)
    np.add(out, out.dtype.type(1), out=out)
    return np.asarray(np.divide(out.dtype.type(1), out, out=out))


@kernel("prelu")
def prelu(x: Array, alpha: Array) -> Array:
    """alpha * x where x < 0, alpha broadcast to x."""
    x, alpha = as_common(x, alpha)
    return np.where(x < 0, to_rank(alpha, x.ndim) * x, x)


@kernel("leaky_relu")
def leaky_relu(x: Array, *, alpha: float) -> Array:
    return np.where(x < 0, x.dtype.type(alpha) * x, x)


@kernel("elu")
def elu(x: Array, *, alpha: float = 1.0) -> Array:
    """expm1 instead of exp(x) - 1 keeps the digits of small x."""
    return np.where(x < 0, x.dtype.type(alpha) * np.expm1(np.minimum(x, 0)), x)


@kernel("selu")
def selu(x: Array, *, alpha: float = 1.67326319, **names: float) -> Array:
    """`lambda` is a keyword of Python and arrives in `names`."""
    scale = x.dtype.type(names.get("lambda", 1.05070102))
    return np.asarray(scale * elu(x, alpha=alpha))


@kernel("gelu")
def gelu(x: Array) -> Array:
    return np.asarray(x * sigmoid(x.dtype.type(1.702) * x))


@kernel("silu", out=True)
def silu(x: Array, *, out: Out = None) -> Array:
    return np.asarray(np.multiply(x, sigmoid(x), out=out))


@kernel("softabs")
def softabs(x: Array, *, epsilon: float) -> Array:
    """sqrt(x^2 + epsilon): not in the specification, but in the libraries of Khronos' tools and tract."""
    return np.asarray(np.sqrt(x * x + x.dtype.type(epsilon)))


@kernel("softplus")
def softplus(x: Array) -> Array:
    """log(exp(x) + 1) as max(x, 0) + log1p(exp(-|x|)), which does not overflow."""
    return np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))


@kernel("softmax", out=True)
def softmax(x: Array, *, axes: list[int] | None = None, out: Out = None) -> Array:
    """Over all the axes together, not one after the other."""
    over = tuple([1] if axes is None else axes)
    e = np.asarray(np.subtract(x, x.max(axis=over, keepdims=True), out=out))
    e = np.asarray(np.exp(e, out=e if e.dtype.kind == "f" else None))
    return np.asarray(np.divide(e, e.sum(axis=over, keepdims=True), out=e))
