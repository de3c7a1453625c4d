"""4.3.2 Box filter and 4.9.3 pooling, which is made of it and of sampling by index."""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from . import defines
from .grid import Array, Ints, elementwise, extended, indices
from .index_sampling import max_pool_with_index
from .windows import Pairs, down_axes, position, source, up_axes


@defines("box")
def box(
    input: Array,
    *,
    size: Ints,
    border: str = "constant",
    padding: Pairs = (),
    stride: Ints = (),
    dilation: Ints = (),
    normalize: bool = False,
) -> Array:
    """output[i] = sum over j of input~[i * s + j * d - p]; normalized: divided by the volume of the kernel, and with
    border 'ignore', where "the border values are not considered in the calculations (such as max or average)", by the
    number of items inside"""
    axes = down_axes(input.shape, size, padding, stride, dilation)
    output = np.zeros([a.x for a in axes])
    for i in indices(output.shape):
        items = [extended(input, position(axes, i, j), border) for j in indices(size)]
        inside = [value for value in items if value is not None]
        output[i] = sum(inside) / (len(inside) if normalize else 1)
    return output


@defines("debox")
def debox(
    input: Array,
    *,
    size: Ints,
    border: str = "constant",
    padding: Pairs = (),
    stride: Ints = (),
    dilation: Ints = (),
    output_shape: Ints = (),
    normalize: bool = False,
) -> Array:
    """output[i] = sum over j of input~[(i + p - j * d) / s] for whole quotients; "when normalize = true, the output is
    divided with the volume of the kernel (as indicated by the size parameter)" """
    axes = up_axes(input.shape, size, padding, stride, dilation, output_shape)
    output = np.zeros([a.X for a in axes])
    for i in indices(output.shape):
        found = [source(axes, i, j) for j in indices(size)]
        total = sum(extended(input, at, border) for at in found if at is not None)
        output[i] = total / (prod(size) if normalize else 1)
    return output


@defines("max_pool")
def max_pool(input: Array, **window: Any) -> Array:
    """output, index = max_pool_with_index(input, ...): with border 'constant' the zeros of the border take part"""
    return max_pool_with_index(input, **window)[0]


@defines("avg_pool")
def avg_pool(input: Array, **window: Any) -> Array:
    """output = box(input, ..., normalize = true)"""
    return box(input, normalize=True, **window)


@defines("rms_pool")
def rms_pool(input: Array, **window: Any) -> Array:
    """output = sqrt(avg_pool(sqr(input), ...))"""
    return elementwise(lambda x: x**0.5, avg_pool(elementwise(lambda x: x * x, input), **window))
