"""Index based sampling (4.3.3): indices are row-major positions within the window."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..arrays.borders import FILLED, extend, inside
from ..arrays.dtypes import Array, format_extents
from ..arrays.windows import Pairs, Window, down, up
from ..tiles.cancel import check
from . import KernelError, kernel

Ints = Sequence[int]


@kernel("argmax_pool")
def argmax_pool(
    input: Array, *, size: Ints, border: str = "constant", padding: Pairs = (), stride: Ints = (), dilation: Ints = ()
) -> Array:
    """The first of equal maxima; with 'ignore' only items inside the tensor can win."""
    return _best(input, down(input.shape, size, padding, stride, dilation), border)[1]


@kernel("max_pool_with_index")
def max_pool_with_index(
    input: Array, *, size: Ints, border: str = "constant", padding: Pairs = (), stride: Ints = (), dilation: Ints = ()
) -> tuple[Array, Array]:
    return _best(input, down(input.shape, size, padding, stride, dilation), border)


def _best(input: Array, window: Window, border: str) -> tuple[Array, Array]:
    extended = extend(input, window.padding, border)
    ignoring = border == "ignore" and any(p > 0 or q > 0 for p, q in window.padding)
    mask = extend(np.ones(input.shape, bool), window.padding, "constant") if ignoring else None
    best = np.full(window.lower, np.nan if input.dtype.kind == "f" else 0, input.dtype)
    index = np.zeros(window.lower, np.int64)
    found = np.zeros(window.lower, bool)
    for j, offset in enumerate(window.offsets()):
        check()
        candidate = window.shifted(extended, offset)
        better = ~found | (candidate > best)
        if mask is not None:
            better &= window.shifted(mask, offset)
        np.copyto(best, candidate, where=better)
        np.copyto(index, j, where=better)
        found |= better
    if ignoring and input.dtype.kind == "f":
        best[~found] = -np.inf
    return best, index


@kernel("sample")
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
    """output[i] = input~[i s + index[i] d - p]; the shape of `index` is that of the output."""
    window = down(input.shape, size, padding, stride, dilation)
    if index.shape != window.lower:
        raise KernelError(
            f"the shape of 'index' is {format_extents(index.shape)}, the output's is {format_extents(window.lower)}",
            "index",
        )
    at = positions(index, window)
    outside = np.zeros(index.shape, bool)
    for axis, extent in enumerate(input.shape):
        outside |= (at[axis] < 0) | (at[axis] >= extent)
        at[axis] = inside(at[axis], extent, border)
    output = input[tuple(at)]
    if border in FILLED:
        output[outside] = 0
    return np.asarray(output)


@kernel("desample")
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
    """Each input item is added at the place its index points to; places outside are dropped."""
    window = up(input.shape, size, padding, stride, dilation, output_shape)
    if index.shape != input.shape:
        raise KernelError(
            f"the shape of 'index' is {format_extents(index.shape)}, the input's is {format_extents(input.shape)}",
            "index",
        )
    at = positions(index, window)
    valid = np.ones(index.shape, bool)
    for axis, extent in enumerate(window.upper):
        valid &= (at[axis] >= 0) & (at[axis] < extent)
    flat = np.ravel_multi_index([positions[valid] for positions in at], window.upper)
    volume = int(np.prod(window.upper))
    # bincount sums in float64 and is 50 times faster than np.add.at
    return np.bincount(flat, input[valid], volume).reshape(window.upper).astype(input.dtype)


def positions(index: Array, window: Window) -> list[Array]:
    """For each axis, where in the up-scaled space each index points to."""
    if index.size and not 0 <= int(index.min()) <= int(index.max()) < window.volume:
        raise KernelError(f"an index is outside of a window of {window.volume} items", "index")
    within = np.unravel_index(index, window.size)
    rank = len(window.size)
    return [
        np.arange(index.shape[axis]).reshape([-1 if a == axis else 1 for a in range(rank)]) * window.stride[axis]
        + within[axis] * window.dilation[axis]
        - window.padding[axis][0]
        for axis in range(rank)
    ]
