"""tract_transformers: caches of keys and values, and attention with a cache of its own.

A cache begins empty with every run, as in a new session of tract: its past is 0 long, and what comes out of it is what
goes in, or what is left of that after it was stored in few bits.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ...arrays.dtypes import Array
from .. import KernelError, kernel
from .attention import sdpa

SINK = 4
"""Tokens at the beginning that are stored as they are: attention to them weighs most."""
BLOCK = 32
"""Tokens of keys that are stored together; those that do not fill a block yet are stored as they are."""


@kernel("tract_transformers_dyn_kv_cache", view=True)
def cache(
    input: Array,
    *,
    name: str,
    axis: int,
    datum_type: str,
    past_sequence_shape: Sequence[int | None],
    input_sequence_shape: Sequence[int | None],
) -> Array:
    _begins_empty(name, axis, past_sequence_shape)
    return input


@kernel("tract_transformers_quantized_dyn_kv_cache")
def quantized_cache(
    input: Array,
    *,
    name: str,
    axis: int,
    bits: int,
    per_channel: int,
    datum_type: str,
    past_sequence_shape: Sequence[int | None],
    input_sequence_shape: Sequence[int | None],
) -> Array:
    """Keys share a range along each channel of a block, values along each token."""
    _begins_empty(name, axis, past_sequence_shape)
    if input.ndim != 4 or axis != 2 or bits not in (4, 8):
        raise KernelError("the cache is [batch, heads, sequence, depth] along axis 2, in 4 or 8 bits", "axis")
    output = input.astype(np.float32)
    if per_channel:
        for first in range(SINK, input.shape[2] - BLOCK + 1, BLOCK):
            block = output[:, :, first : first + BLOCK]
            block[...] = _stored(block, bits, axis=2)
    else:
        output[:, :, SINK:] = _stored(output[:, :, SINK:], bits, axis=3)
    return output.astype(input.dtype)


def _begins_empty(name: str, axis: int, past: Sequence[int | None]) -> None:
    """A run has no past, so a model (or `--set`) that says how long it is cannot be meant."""
    length = past[axis] if axis < len(past) else None
    if isinstance(length, int) and length > 0:
        raise KernelError(
            f"the cache '{name}' is said to hold {length} items already, but a run begins with empty caches",
            "past_sequence_shape",
        )


def _stored(array: Array, bits: int, axis: int) -> Array:
    """What is left of floats after each group along an axis was spread over the codes of so many bits."""
    if not array.size:
        return array
    highest = np.float32((1 << bits) - 1)
    low, high = array.min(axis=axis, keepdims=True), array.max(axis=axis, keepdims=True)
    step = np.where(high > low, (high - low) / highest, np.float32(1))
    return np.asarray(low + _code((array - low) / step, highest) * step)


def _code(value: Array, highest: np.float32) -> Array:
    """The nearest code; halves go up."""
    return np.asarray(np.clip(np.floor(value + np.float32(0.5)), 0, highest))


# ---- attention with a cache of its own


@kernel("tract_transformers_window_kv_sdpa")
def window_sdpa(q: Array, k: Array, v: Array, *, axis: int, window: int, scale: float | None = None) -> Array:
    """Every query sees the last `window` keys."""
    if window < 1:
        raise KernelError("the window must hold one item at least", "window")
    last = (*[slice(None)] * axis, slice(-window, None))
    return _attended(q, k[last], v[last], scale)


@kernel("tract_transformers_quantized_kv_sdpa")
def quantized_sdpa(q: Array, k: Array, v: Array, *, axis: int, scale: float | None = None) -> Array:
    """Keys are stored by channel, values by token.  Every query sees every key."""
    if k.ndim != 4:
        raise KernelError("queries, keys and values are [batch, heads, sequence, depth]", "k")
    return _attended(q, _running(k.astype(np.float32)), _stored(v.astype(np.float32), 8, axis=-1), scale)


def _running(keys: Array) -> Array:
    """Keys after storage in 8 bits, where each channel's range is known only as far as it has been seen.

    The lowest key and the step (at least 1) so far make the code; in the end the code is read with the last ones.
    """
    low = np.full_like(keys[:, :, 0], np.inf)
    step = np.ones_like(low)
    codes = np.empty_like(keys)
    for time in range(keys.shape[2]):
        key = keys[:, :, time]
        low = np.minimum(low, key)
        step = np.maximum(step, (key - low) / np.float32(255))
        codes[:, :, time] = _code((key - low) / step, np.float32(255))
    return np.asarray(low[:, :, None] + codes * step[:, :, None])


def _attended(q: Array, k: Array, v: Array, scale: float | None) -> Array:
    queries, keys, values = (array.astype(np.float32) for array in (q, k, v))
    return np.asarray(sdpa(queries, keys, values, np.asarray(None), scale=scale)).astype(q.dtype)
