"""Parts of tensors."""

from __future__ import annotations

import numpy as np

from ...arrays.dtypes import Array
from .. import KernelError, kernel
from .operands import Ints

_LAST = (1 << 63) - 1


@kernel("tract_core_trilu")
def trilu(input: Array, k: Array, *, upper: bool) -> Array:
    """Of several numbers for `k` the first counts."""
    diagonal = int(k.flat[0])
    return np.asarray(np.triu(input, diagonal) if upper else np.tril(input, diagonal))


@kernel("tract_core_downsample", view=True)
def downsample(input: Array, *, axis: int, stride: int, modulo: int = 0) -> Array:
    index = [slice(None)] * input.ndim
    index[axis] = slice(modulo, None, stride) if stride > 0 else slice(None, None, stride)
    return input[tuple(index)]


@kernel("tract:slice", view=True)
def slice_(input: Array, *, axes: Ints, begin: Ints, end: Ints, stride: Ints = ()) -> Array:
    """Bounds are literal, unless the end lies before the begin: then negative ones count from the end."""
    index = [slice(None)] * input.ndim
    steps = list(stride) or [1] * len(axes)
    for axis, first, last, step in zip(axes, begin, end, steps, strict=True):
        extent, first, last = input.shape[axis], int(first), int(last)
        last = extent if last == _LAST else last
        if last < first:
            first = first + extent if first < 0 else first
            last = last + extent if last <= 0 else min(last, extent)
        if not 0 <= first <= last <= extent:
            raise KernelError(f"the range from {first} to {last} lies outside of the extent {extent}", "begin")
        index[axis] = slice(first, last, int(step))
    return input[tuple(index)]
