"""Operations that give the items of one tensor another shape: reshape, squeeze, unsqueeze (4.5.1), transpose (4.5.2),
cast (4.5.8)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from math import prod
from typing import Any

import numpy as np

from . import defines
from .grid import Array, Ints, indices


@defines("reshape")
def reshape(input: Array, *, shape: Ints, axis_start: int = 0, axis_count: int = -1) -> Array:
    """The content stays, laid out in row-major order; 0 inherits the extent of the input, -1 is what remains"""
    end = input.ndim if axis_count == -1 else axis_start + axis_count
    new = [input.shape[axis_start + k] if extent == 0 else extent for k, extent in enumerate(shape)]
    if -1 in new:
        rest = prod(extent for extent in new if extent != -1)
        new[new.index(-1)] = prod(input.shape[axis_start:end]) // rest
    return relaid(input, [*input.shape[:axis_start], *new, *input.shape[end:]])


def relaid(input: Array, shape: Sequence[int]) -> Array:
    """The same items in row-major order in another shape."""
    output = np.empty(shape, input.dtype)
    for at, source in zip(indices(shape), indices(input.shape), strict=True):
        output[at] = input[source]
    return output


@defines("squeeze")
def squeeze(input: Array, *, axes: Ints) -> Array:
    """The axes, which have the extent 1, are removed"""
    return relaid(input, [extent for axis, extent in enumerate(input.shape) if axis not in axes])


@defines("unsqueeze")
def unsqueeze(input: Array, *, axes: Ints) -> Array:
    """Axes of extent 1 are inserted; "axes denote the dimension indices as they will appear in the output" """
    extents = iter(input.shape)
    return relaid(input, [1 if axis in axes else next(extents) for axis in range(input.ndim + len(axes))])


@defines("transpose")
def transpose(input: Array, *, axes: Ints) -> Array:
    """output[i[axes[0]], ..., i[axes[n-1]]] = input[i[0], ..., i[n-1]]; trailing axes stay"""
    order = [*axes, *range(len(axes), input.ndim)]
    output = np.empty([input.shape[axis] for axis in order], input.dtype)
    for i in indices(input.shape):
        output[tuple(i[axis] for axis in order)] = input[i]
    return output


@defines("cast")
def cast(input: Array, *, generic: str) -> Array:
    """Each element as by the built-in functions: 1 and 0 for true and false, true for what is not 0, scalars truncated"""
    kinds: dict[str, tuple[Any, Any]] = {
        "scalar": (float, np.float64),
        "integer": (math.trunc, np.int64),
        "logical": (lambda x: x != 0, np.bool_),
    }
    function, dtype = kinds[generic]
    output = np.empty(input.shape, dtype)
    for index in indices(input.shape):
        output[index] = function(input[index].item())
    return output
