"""Cells of recurrent networks: GRU, LSTM, and the steps of linear attention (Qwen 3.5): causal convolution by channel,
gated delta rule.

The latter are computed in float32 and give back the state for the next piece of the sequence beside their result.
"""

from __future__ import annotations

import math

import numpy as np

from ...arrays.dtypes import Array
from ...tiles.cancel import check
from .. import KernelError, kernel
from .elementwise import sigmoid


@kernel("tract_transformers_causal_conv1d_update", "tract_qwen35_causal_conv1d_update")
def causal_conv1d(input: Array, weight: Array, initial_state: Array) -> tuple[Array, Array]:
    """input [batch, channels, time], weight [channels, taps], state [batch, channels, taps]: the last inputs so far.

    The result is silu of the convolution that ends at each input.
    """
    taps = weight.shape[-1]
    if input.ndim != 3 or initial_state.shape != (*input.shape[:2], taps) or weight.size != input.shape[1] * taps:
        raise KernelError(
            "shapes must be [batch, channels, time], [channels, taps] and [batch, channels, taps]", "initial_state"
        )
    line = np.concatenate([initial_state, input], axis=-1).astype(np.float32)
    windows = np.lib.stride_tricks.sliding_window_view(line, taps, axis=-1)[:, :, 1:]
    total = np.einsum("bctk,ck->bct", windows, weight.reshape(-1, taps).astype(np.float32))
    state = line[..., line.shape[-1] - taps :]
    return np.asarray(total * sigmoid(total)).astype(input.dtype), state.astype(initial_state.dtype)


@kernel("tract_transformers_gdn_recurrent", "tract_qwen35_gdn_recurrent")
def gated_delta(
    query: Array, key: Array, value: Array, log_decay: Array, beta: Array, initial_state: Array
) -> tuple[Array, Array]:
    """query and key [batch, time, heads, width], value with as many or a multiple of the heads, decay and beta
    [batch, time, heads of value], state [batch, heads of value, width, width].

    At each time the state fades by exp(decay), then moves by `beta` towards giving `value` for `key`, and is read with
    `query`; both are brought to length 1, the query to 1/sqrt(width).
    """
    batch, times, heads, width = value.shape
    fits = query.ndim == 4 and query.shape == key.shape and heads % query.shape[2] == 0
    if not fits or initial_state.size != batch * heads * width * width or log_decay.size != batch * times * heads:
        raise KernelError("queries, keys, values and state do not have the same heads and width", "initial_state")
    q, k = (np.repeat(_unit(array), heads // query.shape[2], axis=2) for array in (query, key))
    q /= np.float32(math.sqrt(width))
    v = value.astype(np.float32)
    fading = np.exp(log_decay.astype(np.float32)).reshape(batch, times, heads, 1, 1)
    pace = beta.astype(np.float32).reshape(batch, times, heads, 1)
    state = initial_state.astype(np.float32).reshape(batch, heads, width, width)
    output = np.empty_like(v)
    for time in range(times):
        check()
        state = state * fading[:, time]
        known = np.einsum("bhr,bhrc->bhc", k[:, time], state)
        change = (v[:, time] - known) * pace[:, time]
        state = state + k[:, time, :, :, None] * change[:, :, None, :]
        output[:, time] = np.einsum("bhr,bhrc->bhc", q[:, time], state)
    return output.astype(query.dtype), state.reshape(initial_state.shape).astype(initial_state.dtype)


def _unit(array: Array) -> Array:
    vector = array.astype(np.float32)
    return np.asarray(vector / np.sqrt(np.square(vector).sum(axis=-1, keepdims=True) + np.float32(1e-6)))


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
