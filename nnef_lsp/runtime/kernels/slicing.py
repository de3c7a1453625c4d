"""Taking parts of a tensor and repeating it: slice (4.5.4), pad (4.5.5), tile (4.5.6), gather (4.5.7)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..arrays.borders import extend
from ..arrays.dtypes import Array
from . import KernelError, kernel


@kernel("slice", view=True)
def slice_(input: Array, *, axes: list[int], begin: list[int], end: list[int], stride: Sequence[int] = ()) -> Array:
    """input[begin:end:stride] along each of `axes` (4.5.4).

    4.5.4 rounds (end - begin) / stride down, but its own formula `begin:end:stride` takes every item whose index is
    before `end`; the formula and all tools agree, so the number is rounded up.  `end` = 0 means up to the end only
    when every stride is 1 (deprecated).
    """
    steps = list(stride) or [1] * len(axes)
    to_the_end = all(step == 1 for step in steps)
    index = [slice(None)] * input.ndim
    for axis, first, last, step in zip(axes, begin, end, steps, strict=True):
        extent = input.shape[axis]
        if to_the_end and last == 0:
            last = extent
        first, last = (min(max(at + extent if at < 0 else at, -1), extent) for at in (first, last))
        if step < 0:
            index[axis] = slice(min(first, extent - 1), None if last < 0 else last, step)
        else:
            index[axis] = slice(max(first, 0), max(last, 0), step)
    return input[tuple(index)]


@kernel("pad", view=True)
def pad(input: Array, *, padding: list[tuple[int, int]], border: str = "constant", value: float = 0.0) -> Array:
    """Negative padding cuts off.  'ignore' has no values of its own and is filled like 'constant'."""
    if len(padding) != input.ndim:
        raise KernelError(f"'padding' needs {input.ndim} items, not {len(padding)}", "padding")
    return extend(input, padding, border, value)


@kernel("tile")
def tile(input: Array, *, repeats: list[int]) -> Array:
    return np.tile(input, repeats)


@kernel("gather")
def gather(input: Array, indices: Array, *, axis: int = 0) -> Array:
    """Indices must lie in [0, extent): 4.5.7 leaves that to the run."""
    extent = input.shape[axis]
    if indices.size and not 0 <= int(indices.min()) <= int(indices.max()) < extent:
        wrong = int(indices.min()) if indices.min() < 0 else int(indices.max())
        raise KernelError(f"index {wrong} is outside of the extent {extent} of axis {axis}", "indices")
    return np.asarray(np.take(input, indices.astype(np.int64, copy=False), axis=axis))
