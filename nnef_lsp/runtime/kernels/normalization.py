"""Normalization operations (4.9.4), by the specification's definitions.

The local ones use a normalized box with its defaults: automatic padding, zeros at the border, divided by the whole volume.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..arrays.broadcast import to_rank
from ..arrays.dtypes import Array, as_common
from . import kernel
from .pooling import box
from .reduction import sum_reduce

Ints = Sequence[int]


@kernel("local_response_normalization")
def local_response_normalization(
    input: Array, *, size: Ints, alpha: float = 1.0, beta: float = 0.5, bias: float = 1.0
) -> Array:
    """input / (bias + alpha * box(input^2))^beta."""
    real = input.dtype.type
    sigma = box(np.square(input), size=size, normalize=True)
    sigma *= real(alpha)
    sigma += real(bias)
    return np.divide(input, power(sigma, beta))


def power(base: Array, exponent: float, room: Array | None = None) -> Array:
    """base ^ exponent for base >= 0, in place, with `room` of the same shape to work in.

    The exponents of practice by square roots, which are ten times faster.
    """
    if exponent == 0.5:
        np.sqrt(base, out=base)
    elif exponent == 0.75:
        root = np.sqrt(base, out=room)
        np.multiply(root, np.sqrt(root, out=base), out=base)
    elif exponent != 1.0:
        np.power(base, base.dtype.type(exponent), out=base)
    return base


@kernel("local_mean_normalization")
def local_mean_normalization(input: Array, *, size: Ints) -> Array:
    return np.asarray(input - box(input, size=size, normalize=True))


@kernel("local_variance_normalization")
def local_variance_normalization(input: Array, *, size: Ints, bias: float = 0.0, epsilon: float = 0.0) -> Array:
    real = input.dtype.type
    sigma = box(np.square(input), size=size, normalize=True)
    return np.asarray(input / np.maximum(np.sqrt(sigma) + real(bias), real(epsilon)))


@kernel("local_contrast_normalization")
def local_contrast_normalization(input: Array, *, size: Ints, bias: float = 0.0, epsilon: float = 0.0) -> Array:
    centered = local_mean_normalization(input, size=size)
    return np.asarray(local_variance_normalization(centered, size=size, bias=bias, epsilon=epsilon))


@kernel("l1_normalization")
def l1_normalization(input: Array, *, axes: list[int], bias: float = 0.0, epsilon: float = 0.0) -> Array:
    real = input.dtype.type
    return np.asarray(input / np.maximum(sum_reduce(np.abs(input), axes=axes) + real(bias), real(epsilon)))


@kernel("l2_normalization")
def l2_normalization(input: Array, *, axes: list[int], bias: float = 0.0, epsilon: float = 0.0) -> Array:
    real = input.dtype.type
    return np.asarray(input / np.maximum(np.sqrt(sum_reduce(np.square(input), axes=axes)) + real(bias), real(epsilon)))


@kernel("batch_normalization")
def batch_normalization(
    input: Array, mean: Array, variance: Array, offset: Array, scale: Array, *, epsilon: float = 0.0
) -> Array:
    """offset + scale * (input - mean) / sqrt(variance + epsilon), as one multiplication and one addition."""
    input, mean, variance, offset, scale = as_common(input, mean, variance, offset, scale)
    mean, variance, offset, scale = (to_rank(item, input.ndim) for item in (mean, variance, offset, scale))
    factor = scale / np.sqrt(variance + input.dtype.type(epsilon))
    output, rest = np.asarray(input * factor), np.asarray(offset - mean * factor)
    fits = np.broadcast_shapes(output.shape, rest.shape) == output.shape
    return np.asarray(np.add(output, rest, out=output if fits else None))
