"""4.5 Tensor shape operations."""

from __future__ import annotations

import math
from collections.abc import Sequence
from math import prod
from typing import Any

import numpy as np

from . import defines
from .grid import Array, Ints, extended, indices
from .windows import Pairs


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


def section(value: Array, axis: int, first: int, count: int) -> Array:
    """value[:, first:first+count, :]"""
    output = np.empty([count if k == axis else extent for k, extent in enumerate(value.shape)], value.dtype)
    for index in indices(output.shape):
        output[index] = value[tuple(i + first if k == axis else i for k, i in enumerate(index))]
    return output


@defines("split")
def split(value: Array, *, axis: int, ratios: Ints) -> list[Array]:
    """values[i] = value[:, sigma[i]:sigma[i+1], :], the extents in proportion to the ratios"""
    unit = value.shape[axis] // sum(ratios)
    return [section(value, axis, unit * sum(ratios[:n]), unit * ratio) for n, ratio in enumerate(ratios)]


@defines("concat")
def concat(values: list[Array], *, axis: int) -> Array:
    """value[:, sigma[i]:sigma[i+1], :] = values[i]"""
    shape = [sum(v.shape[axis] for v in values) if k == axis else e for k, e in enumerate(values[0].shape)]
    output, first = np.empty(shape, values[0].dtype), 0
    for value in values:
        for index in indices(value.shape):
            output[tuple(i + first if k == axis else i for k, i in enumerate(index))] = value[index]
        first += value.shape[axis]
    return output


@defines("stack")
def stack(values: list[Array], *, axis: int) -> Array:
    """A singleton dimension is inserted at axis, then the tensors are concatenated along it"""
    return concat([unsqueeze(value, axes=[axis]) for value in values], axis=axis)


@defines("unstack")
def unstack(value: Array, *, axis: int) -> list[Array]:
    """Split to singleton slices along axis, then the singleton dimension is removed"""
    return [squeeze(section(value, axis, n, 1), axes=[axis]) for n in range(value.shape[axis])]


@defines("slice")
def slice_(input: Array, *, axes: Ints, begin: Ints, end: Ints, stride: Ints = ()) -> Array:
    """input[:, begin:end:stride, :], negative bounds count from the end; bounds are clamped to [-1, extent]"""
    ranges: list[Sequence[int]] = [range(extent) for extent in input.shape]
    stride = stride or [1] * len(axes)
    for axis, b, e, s in zip(axes, begin, end, stride, strict=True):
        extent = input.shape[axis]
        last = extent if e == 0 and all(step == 1 for step in stride) else _bound(e, extent)
        ranges[axis] = range(_bound(b, extent), last, s)
    output = np.empty([len(r) for r in ranges], input.dtype)
    for index in indices(output.shape):
        output[index] = input[tuple(r[i] for r, i in zip(ranges, index, strict=True))]
    return output


def _bound(value: int, extent: int) -> int:
    value = value + extent if value < 0 else value
    return -1 if value < 0 else min(value, extent)


@defines("pad")
def pad(input: Array, *, padding: Pairs, border: str = "constant", value: float = 0.0) -> Array:
    """output[i] = input~[i - p], of extent x + p + q"""
    output = np.zeros([x + p + q for x, (p, q) in zip(input.shape, padding, strict=True)])
    for index in indices(output.shape):
        at = [i - p for i, (p, _) in zip(index, padding, strict=True)]
        output[index] = extended(input, at, border, value)
    return output


@defines("tile")
def tile(input: Array, *, repeats: Ints) -> Array:
    """output[..., i, ...] = input[..., i mod x, ...]"""
    output = np.empty([x * r for x, r in zip(input.shape, repeats, strict=True)], input.dtype)
    for index in indices(output.shape):
        output[index] = input[tuple(i % x for i, x in zip(index, input.shape, strict=True))]
    return output


@defines("gather")
def gather(input: Array, at: Array, *, axis: int = 0) -> Array:
    """output[p.., i.., p..] = input[p.., indices[i..], p..]"""
    output = np.empty([*input.shape[:axis], *at.shape, *input.shape[axis + 1 :]], input.dtype)
    for index in indices(output.shape):
        before, middle, after = index[:axis], index[axis : axis + at.ndim], index[axis + at.ndim :]
        source = (*before, int(at[middle]), *after)
        output[index] = input[source]
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
