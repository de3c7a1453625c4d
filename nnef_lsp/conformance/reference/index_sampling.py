"""4.3.3 Index based sampling, and max_pool_with_index (4.9.3), which is made of it."""

from __future__ import annotations

from typing import Any

import numpy as np

from . import defines
from .grid import Array, Ints, extended, indices
from .windows import Pairs, down_axes, position, source, up_axes


@defines("argmax_pool")
def argmax_pool(
    input: Array, *, size: Ints, border: str = "constant", padding: Pairs = (), stride: Ints = (), dilation: Ints = ()
) -> Array:
    """index[i] = argmax over j of input~[i * s + j * d - p]; "outputs its index within the window. Indices correspond
    to row-major ordering of positions within the window"; of equal values the first"""
    axes = down_axes(input.shape, size, padding, stride, dilation)
    index = np.zeros([a.x for a in axes], np.int64)
    for i in indices(index.shape):
        best = None
        for place, j in enumerate(indices(size)):
            value = extended(input, position(axes, i, j), border)
            if value is not None and (best is None or value > best):
                best, index[i] = value, place
    return index


@defines("sample")
def sample(
    input: Array,
    index: Array,
    *,
    size: Ints,
    border: str = "constant",
    padding: Pairs = (),
    stride: Ints = (),
    dilation: Ints = (),
) -> Array:
    """output[i] = input~[i * s + index[i] * d - p]"""
    axes = down_axes(input.shape, size, padding, stride, dilation)
    places = list(indices(size))
    output = np.zeros([a.x for a in axes])
    for i in indices(output.shape):
        output[i] = extended(input, position(axes, i, places[int(index[i])]), border)
    return output


@defines("desample")
def desample(
    input: Array,
    index: Array,
    *,
    size: Ints,
    border: str = "constant",
    padding: Pairs = (),
    stride: Ints = (),
    dilation: Ints = (),
    output_shape: Ints = (),
) -> Array:
    """output[i] = sum over j of input[(i + p - j * d) / s] for whole quotients at which index[(i + p - j * d) / s] = j"""
    axes = up_axes(input.shape, size, padding, stride, dilation, output_shape)
    output = np.zeros([a.X for a in axes])
    for i in indices(output.shape):
        for place, j in enumerate(indices(size)):
            at = source(axes, i, j)
            if at is not None and all(0 <= t < x for t, x in zip(at, input.shape, strict=True)) and index[at] == place:
                output[i] += input[at]
    return output


@defines("max_pool_with_index")
def max_pool_with_index(input: Array, **window: Any) -> tuple[Array, Array]:
    """index = argmax_pool(input, ...); output = sample(input, index, ...): the index is the position in the window"""
    index = argmax_pool(input, **window)
    return sample(input, index, **window), index
