"""Taking parts of a tensor and repeating it: slice (4.5.4), pad (4.5.5), tile (4.5.6), gather (4.5.7)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from . import defines
from .grid import Array, Ints, extended, indices
from .windows import Pairs


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
