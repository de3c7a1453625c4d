"""Pooling and box filters over all axes (4.3.2, 4.9.3).

What 'ignore' means for an average: 4.3 says that ignored border values "are not considered in the calculations (such
as max or average)", 4.3.2 that a normalized box is divided by the volume of the kernel.  Dividing by the whole volume
would make 'ignore' the same as 'constant' for every box, so the first sentence is taken to be the more special: with
'ignore' the divisor leaves out the border items.  tract and Khronos' runtimes read it the same way.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..arrays.borders import extend
from ..arrays.dtypes import Array, Dtype, at, lowest
from ..arrays.windows import Pairs, Window, down, up
from ..tiles.cancel import check
from . import kernel
from .convolution import extend_lower, overlap

Ints = Sequence[int]


@kernel("max_pool")
def max_pool(
    input: Array, *, size: Ints, border: str = "constant", padding: Pairs = (), stride: Ints = (), dilation: Ints = ()
) -> Array:
    """Border items count as zeros unless ignored (4.3); of a window that holds only ignored items, the lowest value."""
    window = down(input.shape, size, padding, stride, dilation)
    extended = extend(input, window.padding, border, lowest(input.dtype) if border == "ignore" else 0)
    return separable(extended, window, np.maximum)


@kernel("box")
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
    window = down(input.shape, size, padding, stride, dilation)
    total = separable(extend(input, window.padding, border), window, np.add)
    if normalize:
        total = total / (counted(window, input.dtype) if border == "ignore" else input.dtype.type(window.volume))
    return np.asarray(total)


@kernel("avg_pool")
def avg_pool(
    input: Array, *, size: Ints, border: str = "constant", padding: Pairs = (), stride: Ints = (), dilation: Ints = ()
) -> Array:
    return np.asarray(
        box(input, size=size, border=border, padding=padding, stride=stride, dilation=dilation, normalize=True)
    )


@kernel("rms_pool")
def rms_pool(
    input: Array, *, size: Ints, border: str = "constant", padding: Pairs = (), stride: Ints = (), dilation: Ints = ()
) -> Array:
    squares = np.square(input)
    return np.asarray(
        np.sqrt(avg_pool(squares, size=size, border=border, padding=padding, stride=stride, dilation=dilation))
    )


def separable(extended: Array, window: Window, combine: np.ufunc) -> Array:
    """Combines the items of each window axis by axis: f1 + f2 passes over the tensor instead of f1 * f2.

    Axes that shrink most come first, so that the later ones work on less.
    """
    order = sorted(range(extended.ndim), key=lambda axis: -extended.shape[axis] / window.lower[axis])
    array = extended
    for axis in order:
        check()
        array = _along(array, axis, window, combine)
    return array.copy() if array is extended or array.base is not None else array


def _along(array: Array, axis: int, window: Window, combine: np.ufunc) -> Array:
    f, s, d, x = window.size[axis], window.stride[axis], window.dilation[axis], window.lower[axis]
    lead = (slice(None),) * axis
    views = [array[at(*lead, slice(j * d, j * d + (x - 1) * s + 1, s))] for j in range(f)]
    if f == 1:
        return np.asarray(views[0])
    if x == 1 and d == 1:
        return np.asarray(combine.reduce(array[at(*lead, slice(0, f))], axis=axis, keepdims=True))
    result = np.asarray(combine(views[0], views[1]))
    for view in views[2:]:
        combine(result, view, out=result)
    return result


def counted(window: Window, dtype: Dtype) -> Array:
    """How many items of each window are inside the tensor, broadcastable to the output; at least 1 to divide by."""
    counts = np.ones((1,) * len(window.size), dtype)
    for axis, X in enumerate(window.upper):
        ones = extend(np.ones(X, dtype), [window.padding[axis]], "constant")
        one = Window(*((field[axis],) for field in _fields(window)))
        counts = counts * separable(ones, one, np.add).reshape(
            [-1 if a == axis else 1 for a in range(len(window.size))]
        )
    return np.maximum(counts, 1)


def _fields(window: Window) -> tuple[Sequence[Any], ...]:
    return window.size, window.padding, window.stride, window.dilation, window.upper, window.lower


@kernel("debox", view=True)
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
    """The reverse of box.  Normalized it is divided by the volume of the kernel; with 'ignore' by the volume less the
    border items that the sum would have read, so that the border mode changes nothing inside."""
    window = up(input.shape, size, padding, stride, dilation, output_shape)
    extended, shift = extend_lower(input, window, border)
    output = extended
    for axis in range(input.ndim):
        check()
        output = _spread(output, axis, window, shift[axis])
    if normalize:
        output = output / (_reached(window, input.dtype) if border == "ignore" else input.dtype.type(window.volume))
    return np.asarray(output)


def _spread(array: Array, axis: int, window: Window, start: int) -> Array:
    f, s, d, X = window.size[axis], window.stride[axis], window.dilation[axis], window.upper[axis]
    if f == s == 1 and start == 0 and array.shape[axis] == X:
        return array
    shape = [X if a == axis else extent for a, extent in enumerate(array.shape)]
    output = np.zeros(shape, array.dtype)
    lead = (slice(None),) * axis
    for j in range(f):
        source, target = overlap(start + j * d, s, array.shape[axis], X)
        output[at(*lead, target)] += array[at(*lead, source)]
    return output


def _reached(window: Window, dtype: Dtype) -> Array:
    """Volume of the kernel, less the border items read at each output position."""
    rank = len(window.size)
    matching = valid = np.ones((1,) * rank, dtype)
    for axis, (X, x, f, s, d, (p, _)) in enumerate(
        zip(window.upper, window.lower, window.size, window.stride, window.dilation, window.padding, strict=True)
    ):
        at = np.arange(X)[:, None] + p - np.arange(f) * d
        matches = at % s == 0
        shape = [-1 if a == axis else 1 for a in range(rank)]
        matching = matching * matches.sum(1).reshape(shape)
        valid = valid * (matches & (at >= 0) & (at < x * s)).sum(1).reshape(shape)
    return np.asarray(np.maximum(window.volume - matching + valid, 1), dtype)
