"""tract_core: element-wise operations, conversions, reductions, and standard operations that tract reads differently.

A name with a colon is a standard operation as tract means it; `model/flattening/exact_types.py` chooses it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..arrays.broadcast import align
from ..arrays.dtypes import Array, Dtype, as_common
from . import KernelError, kernel
from .linear import linear, matmul
from .sliding_window import conv, deconv

Ints = Sequence[int]
_LAST = (1 << 63) - 1


def given(array: Any) -> bool:
    """Whether an optional tensor is there: None and false stand for one that is left out."""
    return array is not None and not (isinstance(array, np.ndarray) and array.dtype == object)


def wide(*arrays: Array) -> tuple[Array, ...]:
    """The arrays in a type that sums well: half floats as floats."""
    return tuple(array.astype(np.float32) if array.dtype == np.float16 else array for array in arrays)


# ---- element-wise


@kernel("recip")
def recip(x: Array) -> Array:
    return np.asarray(np.divide(x.dtype.type(1), x))


@kernel("square")
def square(x: Array) -> Array:
    return np.asarray(np.square(x))


@kernel("tract_core_erf")
def erf(x: Array) -> Array:
    """By Python's own function, item by item: numpy has none."""
    return np.asarray(np.vectorize(math.erf, otypes=[np.float64])(x)).astype(x.dtype) if x.size else x


def sigmoid(x: Array) -> Array:
    """1 / (1 + exp(-x)) without overflow."""
    return np.asarray(0.5 * (1 + np.tanh(0.5 * x)))


@kernel("tract_core_silu", "tract_transformers_silu")
def silu(x: Array) -> Array:
    return np.asarray(x * sigmoid(x)).astype(x.dtype)


@kernel("tract_core_hard_swish")
def hard_swish(x: Array) -> Array:
    return np.asarray(x * np.clip(x / x.dtype.type(6) + x.dtype.type(0.5), 0, 1)).astype(x.dtype)


@kernel("tract_core_gelu_approx", "tract_transformers_gelu_approx")
def gelu_approx(input: Array, *, fast_impl: bool = False) -> Array:
    """The approximation by tanh; the fast one has a square where the cube belongs, as tract computes it."""
    (x,) = wide(input)
    inner = math.sqrt(2 / math.pi) * (x + 0.044715 * (x * x if fast_impl else x * x * x))
    return np.asarray(0.5 * x * (1 + np.tanh(inner))).astype(input.dtype)


@kernel("tract_core_round_even")
def round_even(x: Array) -> Array:
    return np.asarray(np.rint(x))


@kernel("tract_core_is_nan")
def is_nan(x: Array) -> Array:
    return np.asarray(np.isnan(x))


@kernel("tract_core_is_inf")
def is_inf(input: Array, *, detect_positive: bool = True, detect_negative: bool = True) -> Array:
    found = np.zeros(input.shape, bool)
    if detect_positive:
        found |= np.isposinf(input)
    if detect_negative:
        found |= np.isneginf(input)
    return found


@kernel("tract_core_bitnot")
def bitnot(x: Array) -> Array:
    return np.asarray(np.invert(x))


def _shifted(function: Any) -> Any:
    """By the amount modulo the bits of the type, as processors shift; numpy shifts everything out."""
    return lambda x, y: function(x, y & (x.dtype.itemsize * 8 - 1))


_BINARY: dict[str, Any] = {
    "tract_core_bitand": np.bitwise_and,
    "tract_core_bitor": np.bitwise_or,
    "tract_core_bitxor": np.bitwise_xor,
    "tract_core_xor": np.logical_xor,
    "tract_shl": _shifted(np.left_shift),
    "tract_shr": _shifted(np.right_shift),
}


def _binary(function: Any) -> Any:
    def run(x: Array, y: Array) -> Array:
        return np.asarray(function(*align(*as_common(x, y))))

    return run


for _name, _function in _BINARY.items():
    kernel(_name)(_binary(_function))


@kernel("tract_core_pow_const")
def pow_const(input: Array, *, exponent: float) -> Array:
    return np.asarray(np.power(input, input.dtype.type(exponent)))


@kernel("tract_core_cast", dtype=True)
def cast(input: Array, *, to: str | None = None, dtype: Dtype | None) -> Array:
    """Floats are cut towards zero, what is too large becomes the largest and what is no number 0, as in Rust."""
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


# ---- along axes


@kernel("tract_core_softmax")
def softmax(x: Array, *, axes: Ints, exp: str | None = None) -> Array:
    return np.exp(_log_softmax(x, axes)).astype(x.dtype)


@kernel("tract_core_log_softmax")
def log_softmax(x: Array, *, axes: Ints) -> Array:
    return _log_softmax(x, axes).astype(x.dtype)


def _log_softmax(x: Array, axes: Ints) -> Array:
    (value,) = wide(x)
    over = tuple(axis for axis in axes if axis < x.ndim)
    shifted = value - value.max(axis=over, keepdims=True)
    return np.asarray(shifted - np.log(np.exp(shifted).sum(axis=over, keepdims=True)))


@kernel("tract_core_rms_norm", "tract_transformers_rms_norm")
def rms_norm(input: Array, *, axis: int, eps: float = 1e-6) -> Array:
    (x,) = wide(input)
    return np.asarray(x / np.sqrt(np.square(x).mean(axis=axis, keepdims=True) + x.dtype.type(eps))).astype(input.dtype)


@kernel("tract_core_product_reduce")
def product_reduce(input: Array, *, axes: Ints) -> Array:
    return np.asarray(input.prod(axis=tuple(axes), keepdims=True, dtype=input.dtype))


@kernel("tract_core_argmax_reduce_last")
def argmax_last(input: Array, *, axes: Ints) -> Array:
    return _last(input, axes, np.argmax)


@kernel("tract_core_argmin_reduce_last")
def argmin_last(input: Array, *, axes: Ints) -> Array:
    return _last(input, axes, np.argmin)


def _last(input: Array, axes: Ints, find: Any) -> Array:
    """The index counts through all axes, the last one fastest."""
    moved = np.moveaxis(input, axes, range(-len(axes), 0))
    joined = moved.reshape(*moved.shape[: input.ndim - len(axes)], -1)
    index = joined.shape[-1] - 1 - find(np.flip(joined, -1), axis=-1)
    return np.asarray(np.expand_dims(index, tuple(axes))).astype(np.int64)


@kernel("tract_core_cumsum")
def cumsum(input: Array, *, axis: int, exclusive: bool = False, reverse: bool = False) -> Array:
    value = np.flip(input, axis) if reverse else input
    total = np.cumsum(value, axis=axis, dtype=input.dtype)
    if exclusive:
        total = total - value
    return np.asarray(np.flip(total, axis) if reverse else total)


@kernel("tract_core_trilu")
def trilu(input: Array, k: Array, *, upper: bool) -> Array:
    return np.asarray(np.triu(input, int(k.item())) if upper else np.tril(input, int(k.item())))


@kernel("tract_core_downsample", view=True)
def downsample(input: Array, *, axis: int, stride: int, modulo: int = 0) -> Array:
    index = [slice(None)] * input.ndim
    index[axis] = slice(modulo, None, stride) if stride > 0 else slice(None, None, stride)
    return input[tuple(index)]


# ---- recurrent cells


@kernel("tract_core_gru_epilogue")
def gru(xh: Array, rh: Array, h_prev: Array, *, hidden: int) -> Array:
    """Update, reset, hidden; the reset gate acts on the product with the state."""
    update = sigmoid(xh[..., :hidden] + rh[..., :hidden])
    reset = sigmoid(xh[..., hidden : 2 * hidden] + rh[..., hidden : 2 * hidden])
    new = np.tanh(xh[..., 2 * hidden :] + reset * rh[..., 2 * hidden :])
    return np.asarray((1 - update) * new + update * h_prev).astype(h_prev.dtype)


@kernel("tract_core_lstm_epilogue")
def lstm(preact: Array, c_prev: Array, *, hidden: int) -> tuple[Array, Array]:
    """Input, output, forget, cell."""
    i, o, f, c = (preact[..., part * hidden : (part + 1) * hidden] for part in range(4))
    cell = sigmoid(f) * c_prev + sigmoid(i) * np.tanh(c)
    return np.asarray(sigmoid(o) * np.tanh(cell)).astype(c_prev.dtype), np.asarray(cell).astype(c_prev.dtype)


# ---- standard operations as tract means them


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


@kernel("tract:round")
def round_(x: Array) -> Array:
    """Halves away from zero."""
    return np.asarray(np.copysign(np.floor(np.abs(x) + x.dtype.type(0.5)), x)) if x.dtype.kind == "f" else x


@kernel("tract:conv")
def tract_conv(input: Array, filter: Array, bias: Array, *, groups: int = 1, **attributes: Any) -> Array:
    """The bias may have any rank; no groups mean one for each filter; integers are summed in 32 bits."""
    groups = groups or filter.shape[0]
    flat = bias.reshape(1, -1) if bias.ndim else bias
    if input.dtype.kind in "iu":
        return np.asarray(
            conv(input.astype(np.int32), filter.astype(np.int32), flat.astype(np.int32), groups=groups, **attributes)
        )
    return np.asarray(conv(*wide(input, filter, flat), groups=groups, **attributes)).astype(input.dtype)


@kernel("tract:deconv")
def tract_deconv(
    input: Array, filter: Array, bias: Array, *, groups: int = 1, output_shape: Ints = (), **attributes: Any
) -> Array:
    """The filter is [output channels, input channels / groups, ..], as in conv."""
    groups = groups or filter.shape[0]
    split = filter.reshape(groups, filter.shape[0] // groups, *filter.shape[1:]).swapaxes(1, 2)
    turned = split.reshape(-1, *split.shape[2:])
    flat = bias.reshape(1, -1) if bias.ndim else bias
    spatial = list(output_shape) if len(output_shape) == input.ndim - 2 else []
    wanted = [input.shape[0], filter.shape[0], *spatial] if spatial else []
    return np.asarray(deconv(input, turned, flat, groups=groups, output_shape=wanted, **attributes))


@kernel("tract:matmul")
def tract_matmul(A: Array, B: Array, **attributes: Any) -> Array:
    """Small integers are summed in 32 bits, of which the lower ones are kept."""
    return np.asarray(matmul(A.astype(np.int32), B.astype(np.int32), **attributes)).astype(A.dtype)


@kernel("tract:linear")
def tract_linear(input: Array, filter: Array, bias: Array) -> Array:
    """Small integers are summed in 32 bits, of which the lower ones are kept."""
    found = linear(input.astype(np.int32), filter.astype(np.int32), bias.astype(np.int32))
    return np.asarray(found).astype(input.dtype)
