"""tract_transformers: mixtures of experts."""

from __future__ import annotations

import math

import numpy as np

from ...arrays.dtypes import Array
from ...tiles.cancel import check
from .. import kernel
from .elementwise import sigmoid
from .operands import given


@kernel("tract_moe_ffn")
def moe(
    x: Array, wg: Array, w1: Array, w2: Array, w3: Array | None, wg_bias: Array | None, w1_bias: Array | None,
    w3_bias: Array | None, w2_bias: Array | None, *, k: int, activation: str, gate: str, act_alpha: float | None = None,
    act_limit: float | None = None, expert_layout: str | None = None,
) -> Array:  # fmt: skip
    """x [tokens, width] or [batch, time, width], wg [experts, width], w1 and w3 [experts, width, hidden], w2 [experts,
    hidden, width], the last two axes exchanged where the layout is linear; f32 inside."""
    tokens = x.reshape(-1, x.shape[-1]).astype(np.float32)
    scores = tokens @ wg.reshape(wg.shape[-2:]).astype(np.float32).T
    if given(wg_bias) and wg_bias is not None:
        scores = scores + wg_bias.astype(np.float32)
    chosen = np.argsort(-scores, axis=1, kind="stable")[:, :k]
    weights = _weights(gate, scores, np.take_along_axis(scores, chosen, 1))
    output = np.zeros_like(tokens)

    def product(rows: Array, matrices: Array, expert: int, bias: Array | None) -> Array:
        matrix = matrices[expert].astype(np.float32)
        found = rows @ (matrix.T if expert_layout == "linear" else matrix)
        return np.asarray(found + bias[expert].astype(np.float32) if given(bias) and bias is not None else found)

    for expert in range(wg.shape[-2]):
        check()
        rows, places = np.nonzero(chosen == expert)
        if rows.size:
            inner = product(tokens[rows], w1, expert, w1_bias)
            factor = product(tokens[rows], w3, expert, w3_bias) if given(w3) and w3 is not None else None
            inner = _activated(inner, factor, activation, act_alpha, act_limit)
            output[rows] += weights[rows, places, None] * product(inner, w2, expert, w2_bias)
    return output.reshape(x.shape).astype(x.dtype)


def _weights(gate: str, scores: Array, selected: Array) -> Array:
    """How much each selected expert counts."""
    if gate == "raw":
        return selected
    if gate == "sigmoid":
        return np.asarray(sigmoid(selected))
    highest = scores.max(axis=1, keepdims=True)
    among = selected if gate == "softmax_topk" else scores
    return np.asarray(np.exp(selected - highest) / np.exp(among - highest).sum(axis=1, keepdims=True))


def _activated(inner: Array, factor: Array | None, activation: str, alpha: float | None, limit: float | None) -> Array:
    if limit is not None and factor is not None:
        most = np.float32(limit)
        low, up = np.minimum(inner, most), np.clip(factor, -most, most)
        return np.asarray((up + 1) * low * sigmoid(np.float32(1 if alpha is None else alpha) * low))
    if activation == "relu":
        inner = np.maximum(inner, 0)
    elif activation == "gelu":
        cubic = inner + np.float32(0.044715) * inner**3
        inner = np.float32(0.5) * inner * (1 + np.tanh(np.float32(math.sqrt(2 / math.pi)) * cubic))
    else:
        inner = inner * sigmoid(inner)
    return inner if factor is None else np.asarray(inner * factor)
