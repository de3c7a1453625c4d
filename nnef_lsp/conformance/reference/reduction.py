"""4.4 Reduce operations, and moments of 4.9.6."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from . import defines
from .grid import Array, Ints, elementwise, indices


def groups(input: Array, axes: Ints) -> dict[Any, list[Any]]:
    """The items that are reduced together, in row-major order, by the index of their result."""
    found: dict[Any, list[Any]] = {}
    for index in indices(input.shape):
        result = tuple(0 if axis in axes else i for axis, i in enumerate(index))
        found.setdefault(result, []).append(input[index].item())
    return found


def reduced(function: Callable[[list[Any]], Any], input: Array, axes: Ints, dtype: Any = float) -> Array:
    """The function of each group; reduced axes have the extent 1."""
    output = np.zeros([1 if axis in axes else extent for axis, extent in enumerate(input.shape)], dtype)
    for index, items in groups(input, axes).items():
        output[index] = function(items)
    return output


@defines("sum_reduce")
def sum_reduce(input: Array, *, axes: Ints, normalize: bool = False) -> Array:
    """output[i,0] = sum over j of input[i,j]; normalized: divided by the volume of the input along the axes"""
    return reduced(lambda items: sum(items) / (len(items) if normalize else 1), input, axes)


@defines("mean_reduce")
def mean_reduce(input: Array, *, axes: Ints) -> Array:
    """output = sum_reduce(input, axes = axes, normalize = true)"""
    return sum_reduce(input, axes=axes, normalize=True)


@defines("max_reduce")
def max_reduce(input: Array, *, axes: Ints) -> Array:
    """output[i,0] = max over j of input[i,j]"""
    return reduced(max, input, axes)


@defines("min_reduce")
def min_reduce(input: Array, *, axes: Ints) -> Array:
    """output[i,0] = min over j of input[i,j]"""
    return reduced(min, input, axes)


@defines("argmax_reduce")
def argmax_reduce(input: Array, *, axes: Ints) -> Array:
    """output[i,0] = argmax over j of input[i,j]"""
    return reduced(lambda items: items.index(max(items)), input, axes, np.int64)


@defines("argmin_reduce")
def argmin_reduce(input: Array, *, axes: Ints) -> Array:
    """output[i,0] = argmin over j of input[i,j]"""
    return reduced(lambda items: items.index(min(items)), input, axes, np.int64)


@defines("all_reduce")
def all_reduce(input: Array, *, axes: Ints) -> Array:
    """output[i,0] = and over j of input[i,j]"""
    return reduced(all, input, axes, bool)


@defines("any_reduce")
def any_reduce(input: Array, *, axes: Ints) -> Array:
    """output[i,0] = or over j of input[i,j]"""
    return reduced(any, input, axes, bool)


@defines("moments")
def moments(input: Array, *, axes: Ints) -> tuple[Array, Array]:
    """mean = mean_reduce(input, axes); variance = mean_reduce(sqr(input - mean), axes)"""
    mean = mean_reduce(input, axes=axes)
    return mean, mean_reduce(elementwise(lambda x, m: (x - m) ** 2, input, mean), axes=axes)
