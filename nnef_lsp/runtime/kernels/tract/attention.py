"""tract_transformers: attention, masked softmax, rotary embedding.  Caches of keys and values: `caches.py`."""

from __future__ import annotations

import math

import numpy as np

from ...arrays.dtypes import Array, Dtype
from .. import kernel
from .operands import given, wide


@kernel("tract_transformers_sdpa", dtype=True)
def sdpa(
    q: Array, k: Array, v: Array, mask: Array, *, scale: float | None = None, datum_type: str = "f32",
    acc_datum_type: str = "f32", is_causal: bool = False, dtype: Dtype | None = None,
) -> Array:  # fmt: skip
    """Heads of keys and values are repeated where there are more of queries."""
    query, key, value = wide(q, k, v)
    if query.ndim == 4 and query.shape[1] != key.shape[1]:
        groups = query.shape[1] // key.shape[1]
        key, value = np.repeat(key, groups, axis=1), np.repeat(value, groups, axis=1)
    factor = 1 / math.sqrt(query.shape[-1]) if scale is None else float(scale)
    scores = np.matmul(query, key.swapaxes(-1, -2)) * np.float32(factor)
    if is_causal:
        keep = np.tril(np.ones(scores.shape[-2:], bool), scores.shape[-1] - scores.shape[-2])
        # a row without a key is not a number, or the mean of all values where tract has to use another kernel
        hidden = -np.inf if query.shape[-1] == value.shape[-1] else np.finfo(scores.dtype).min
        scores = np.where(keep, scores, hidden)
    elif given(mask):
        scores = np.where(mask, scores, -np.inf) if mask.dtype == bool else scores + mask
    return np.asarray(np.matmul(softmax(scores), value)).astype(dtype or q.dtype)


def softmax(scores: Array) -> Array:
    """Along the last axis; a row of nothing but minus infinity gives no numbers, as in tract."""
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True)).astype(scores.dtype, copy=False)


@kernel("tract_transformers_scaled_masked_softmax")
def masked_softmax(input: Array, mask: Array, *, scale: float, post_softmax_mask: bool | None = None) -> Array:
    (x,) = wide(input)
    scores = x * np.float32(scale)
    lead = (1,) * (x.ndim - mask.ndim)
    mask = mask.reshape(lead + mask.shape)
    scores = np.where(mask, scores, -np.inf) if mask.dtype == bool else scores + mask.astype(x.dtype)
    found = softmax(scores)
    if post_softmax_mask and mask.dtype == bool:
        found = np.where(mask, found, 0)
    return found.astype(input.dtype)


@kernel("tract_transformers_apply_rope")
def rope(input: Array, cos: Array, sin: Array) -> Array:
    half = input.shape[-1] // 2
    turned = np.concatenate([-input[..., half:], input[..., :half]], axis=-1)
    return np.asarray(input * cos + turned * sin).astype(input.dtype)
