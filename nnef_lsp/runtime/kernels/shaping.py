"""Operations that give the items of one tensor another shape: reshape, squeeze, unsqueeze (4.5.1), transpose (4.5.2),
cast (4.5.8)."""

from __future__ import annotations

import numpy as np

from ...model.values.conversion import convert
from ..arrays.dtypes import Array, Dtype, format_extents
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


@kernel("cast", dtype=True)
def cast(input: Array, *, dtype: Dtype) -> Array:
    """As the built-in functions of 3.3.3, which cut scalars towards zero; a string must be a literal of the new type."""
    if input.dtype.kind not in "OU" and dtype.kind != "O":
        return input.astype(dtype)
    target = {"O": "string", "f": "scalar", "b": "logical"}.get(dtype.kind, "integer")
    output = np.empty(input.shape, dtype)
    for index, item in np.ndenumerate(input):
        try:
            if isinstance(item, np.floating):
                item = float(str(item))  # 1.7 in 32 bits is written as 1.7
            output[index] = convert(target, item.item() if isinstance(item, np.generic) else item)
        except ValueError as error:
            raise KernelError(f"the item '{item}' is not a literal of type {target}", "input") from error
    return output
