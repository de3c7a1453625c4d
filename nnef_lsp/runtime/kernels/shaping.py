"""Tensor shape operations (4.5) and casts."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..arrays.borders import extend
from ..arrays.dtypes import Array, Dtype, as_common, format_extents
from . import KernelError, kernel


@kernel("reshape", view=True)
def reshape(input: Array, *, shape: list[int], axis_start: int = 0, axis_count: int = -1) -> Array:
    """Replaces `axis_count` extents from `axis_start` on by `shape`; 0 inherits an extent, -1 takes what is left.

    An item 0 behind the range inherits too, from the axis of the input that it would stand for.
    """
    count = input.ndim - axis_start if axis_count < 0 else axis_count
    before, affected, after = np.split(np.array(input.shape, int), [axis_start, axis_start + count])
    inherited = input.shape[axis_start:]
    wanted = [inherited[i] if extent == 0 and i < len(inherited) else int(extent) for i, extent in enumerate(shape)]
    volume = int(affected.prod())
    if -1 in wanted:
        rest = -int(np.prod(wanted, dtype=np.int64))
        wanted[wanted.index(-1)] = volume // rest if rest else 0
    if int(np.prod(wanted, dtype=np.int64)) != volume:
        raise KernelError(f"{format_extents(affected)} cannot be reshaped to {format_extents(shape)}", "shape")
    return input.reshape([*before, *wanted, *after])


@kernel("squeeze", view=True)
def squeeze(input: Array, *, axes: list[int]) -> Array:
    for axis in axes:
        if input.shape[axis] != 1:
            raise KernelError(f"axis {axis} of {format_extents(input.shape)} is not singular", "axes")
    return input.reshape([extent for axis, extent in enumerate(input.shape) if axis not in axes])


@kernel("unsqueeze", view=True)
def unsqueeze(input: Array, *, axes: list[int]) -> Array:
    """`axes` are positions in the output."""
    extents = iter(input.shape)
    return input.reshape([1 if axis in axes else next(extents) for axis in range(input.ndim + len(axes))])


@kernel("transpose", view=True)
def transpose(input: Array, *, axes: list[int]) -> Array:
    """`axes` permutes the leading axes; the others stay."""
    return np.asarray(input.transpose([*axes, *range(len(axes), input.ndim)]))


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


@kernel("cast", dtype=True)
def cast(input: Array, *, dtype: Dtype) -> Array:
    """As the built-in functions of 3.3.3: scalar to integer is "truncated to the closest smaller integer" (floor)."""
    if input.dtype.kind == "f" and dtype.kind in "iu":
        return np.floor(input).astype(dtype)
    return input.astype(dtype)
