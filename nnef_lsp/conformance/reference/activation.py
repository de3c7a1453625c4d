"""4.9.1 Activation functions."""

from __future__ import annotations

import math

from . import defines
from .grid import Array, Ints, elementwise
from .reduction import max_reduce, sum_reduce


def logistic(x: float) -> float:
    """1 / (1 + e^-x)"""
    return 1 / (1 + math.exp(-x))


@defines("sigmoid")
def sigmoid(x: Array) -> Array:
    """y = 1.0 / (1.0 + exp(-x))"""
    return elementwise(logistic, x)


@defines("relu")
def relu(x: Array) -> Array:
    """y = max(x, 0.0)"""
    return elementwise(lambda a: a if a > 0 else 0.0, x)


@defines("prelu", "leaky_relu")
def prelu(x: Array, alpha: Array) -> Array:
    """y = select(x < 0.0, alpha * x, x)"""
    return elementwise(lambda a, slope: slope * a if a < 0 else a, x, alpha)


@defines("elu")
def elu(x: Array, *, alpha: float = 1.0) -> Array:
    """y = select(x < 0.0, alpha * (exp(x) - 1.0), x)"""
    return elementwise(lambda a: alpha * (math.exp(a) - 1) if a < 0 else a, x)


@defines("selu")
def selu(x: Array, *, alpha: float = 1.67326319, lambda_: float = 1.05070102) -> Array:
    """y = lambda * select(x < 0.0, alpha * (exp(x) - 1.0), x)"""
    return elementwise(lambda a: lambda_ * (alpha * (math.exp(a) - 1) if a < 0 else a), x)


@defines("gelu")
def gelu(x: Array) -> Array:
    """y = x * sigmoid(1.702 * x)"""
    return elementwise(lambda a: a * logistic(1.702 * a), x)


@defines("silu")
def silu(x: Array) -> Array:
    """y = x * sigmoid(x)"""
    return elementwise(lambda a: a * logistic(a), x)


@defines("softmax")
def softmax(x: Array, *, axes: Ints = (1,)) -> Array:
    """m = max_reduce(x, axes); e = exp(x - m); y = e / sum_reduce(e, axes)"""
    e = elementwise(lambda a, m: math.exp(a - m), x, max_reduce(x, axes=axes))
    return elementwise(lambda a, total: a / total, e, sum_reduce(e, axes=axes))


@defines("softplus")
def softplus(x: Array) -> Array:
    """y = log(exp(x) + 1.0)"""
    return elementwise(lambda a: math.log(math.exp(a) + 1), x)
