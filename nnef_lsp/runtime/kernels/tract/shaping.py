"""Conversions, and the items of one tensor in another shape."""

from __future__ import annotations

import numpy as np

from ...arrays.dtypes import Array, Dtype
from .. import kernel
from .operands import Ints, wide


@kernel("tract_core_cast", dtype=True)
def cast(input: Array, *, to: str | None = None, dtype: Dtype | None) -> Array:
    """Floats are cut towards zero, what is too large becomes the largest and what is not a number 0, as in Rust."""
    if dtype is None:
        return input
    if input.dtype.kind == "f" and dtype.kind in "iu":
        limits = np.iinfo(dtype)
        whole = np.trunc(np.nan_to_num(input.astype(np.float64), nan=0.0))
        return np.where(whole >= limits.max, limits.max, np.maximum(whole, limits.min)).astype(dtype)
    return input.astype(dtype)


@kernel("tract_core_inner_dim_to_complex")
def to_complex(input: Array) -> Array:
    """The last axis of real and imaginary part vanishes; half floats, which have no complex numbers, are widened."""
    (parts,) = wide(input)
    return np.asarray(parts[..., 0] + 1j * parts[..., 1]).astype(np.result_type(parts.dtype, np.complex64))


@kernel("tract_core_complex_to_inner_dim", dtype=True)
def from_complex(input: Array, *, dtype: Dtype | None = None) -> Array:
    return np.stack([input.real, input.imag], axis=-1).astype(dtype or input.real.dtype)


@kernel("tract_core_shape_of")
def shape_of(input: Array) -> Array:
    return np.array(input.shape, np.int64)


@kernel("tract_core_broadcast")
def broadcast(input: Array, *, shape: Ints) -> Array:
    return np.array(np.broadcast_to(input, [int(extent) for extent in shape]))


@kernel("tract:squeeze", view=True)
def squeeze(input: Array, *, axes: Ints) -> Array:
    """One axis after the other, from the last."""
    for axis in sorted(axes, reverse=True):
        input = np.squeeze(input, axis)
    return input


@kernel("tract:unsqueeze", view=True)
def unsqueeze(input: Array, *, axes: Ints) -> Array:
    """One axis after the other, from the first."""
    for axis in sorted(axes):
        input = np.expand_dims(input, axis)
    return input
