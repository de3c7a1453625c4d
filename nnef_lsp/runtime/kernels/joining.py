"""Splitting and concatenation (4.5.3)."""

from __future__ import annotations

import numpy as np

from ..arrays.dtypes import Array, as_common, format_extents
from . import KernelError, kernel


@kernel("split", view=True)
def split(value: Array, *, axis: int, ratios: list[int]) -> list[Array]:
    extent, whole = value.shape[axis], sum(ratios)
    if extent % whole:
        raise KernelError(f"the extent {extent} cannot be split in the ratios {format_extents(ratios)}", "ratios")
    ends = np.cumsum(ratios) * (extent // whole)
    return np.split(value, [int(end) for end in ends[:-1]], axis=axis)


@kernel("concat", out=True)
def concat(values: list[Array], *, axis: int, out: Array | None = None) -> Array:
    """With `out`, values that already lie at their place in it are left alone."""
    if out is None:
        return np.concatenate(as_common(*values), axis=axis)
    first = 0
    for value in values:
        last = first + value.shape[axis]
        part = out[(slice(None),) * axis + (slice(first, last),)]
        if part.__array_interface__["data"] != value.__array_interface__["data"] or part.strides != value.strides:
            np.copyto(part, value)
        first = last
    return out


@kernel("stack")
def stack(values: list[Array], *, axis: int) -> Array:
    return np.stack(as_common(*values), axis=axis)


@kernel("unstack", view=True)
def unstack(value: Array, *, axis: int) -> list[Array]:
    return [value.take(i, axis=axis) for i in range(value.shape[axis])]
