"""4.9.4 Normalization operations."""

from __future__ import annotations

from . import defines
from .grid import Array, Ints, elementwise
from .pooling import box
from .reduction import sum_reduce


def square(x: Array) -> Array:
    """x * x, item by item."""
    return elementwise(lambda a: a * a, x)


@defines("local_response_normalization")
def local_response_normalization(
    input: Array, *, size: Ints, alpha: float = 1.0, beta: float = 0.5, bias: float = 1.0
) -> Array:
    """sigma = bias + alpha * box(sqr(input), size, normalize = true); output = input / (sigma ^ beta)"""
    mean = box(square(input), size=size, normalize=True)
    return elementwise(lambda x, m: x / (bias + alpha * m) ** beta, input, mean)


@defines("local_mean_normalization")
def local_mean_normalization(input: Array, *, size: Ints) -> Array:
    """mean = box(input, size, normalize = true); output = input - mean"""
    return elementwise(lambda x, m: x - m, input, box(input, size=size, normalize=True))


@defines("local_variance_normalization")
def local_variance_normalization(input: Array, *, size: Ints, bias: float = 0.0, epsilon: float = 0.0) -> Array:
    """sigma = box(sqr(input), size, normalize = true); output = input / max(sqrt(sigma) + bias, epsilon)"""
    sigma = box(square(input), size=size, normalize=True)
    return elementwise(lambda x, s: x / max(s**0.5 + bias, epsilon), input, sigma)


@defines("local_contrast_normalization")
def local_contrast_normalization(input: Array, *, size: Ints, bias: float = 0.0, epsilon: float = 0.0) -> Array:
    """centered = local_mean_normalization(input, size);
    output = local_variance_normalization(centered, size, bias, epsilon)"""
    centered = local_mean_normalization(input, size=size)
    return local_variance_normalization(centered, size=size, bias=bias, epsilon=epsilon)


@defines("l1_normalization")
def l1_normalization(input: Array, *, axes: Ints, bias: float = 0.0, epsilon: float = 0.0) -> Array:
    """sigma = sum_reduce(abs(input), axes); output = input / max(sigma + bias, epsilon)"""
    sigma = sum_reduce(elementwise(abs, input), axes=axes)
    return elementwise(lambda x, s: x / max(s + bias, epsilon), input, sigma)


@defines("l2_normalization")
def l2_normalization(input: Array, *, axes: Ints, bias: float = 0.0, epsilon: float = 0.0) -> Array:
    """sigma = sum_reduce(sqr(input), axes); output = input / max(sqrt(sigma) + bias, epsilon)"""
    sigma = sum_reduce(square(input), axes=axes)
    return elementwise(lambda x, s: x / max(s**0.5 + bias, epsilon), input, sigma)


@defines("batch_normalization")
def batch_normalization(
    input: Array, mean: Array, variance: Array, offset: Array, scale: Array, *, epsilon: float
) -> Array:
    """output = offset + scale * (input - mean) / sqrt(variance + epsilon)"""
    return elementwise(
        lambda x, m, v, o, s: o + s * (x - m) / (v + epsilon) ** 0.5, input, mean, variance, offset, scale
    )
