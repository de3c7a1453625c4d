"""tract_core: whole layers in one operation."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...arrays.dtypes import Array, Dtype
from ...tiles.cancel import check
from .. import KernelError, kernel
from .elementwise import sigmoid
from .operands import given, wide
from .recurrent import gru


@kernel("tract_core_scaled_rms_norm", dtype=True)
def scaled_rms_norm(
    input: Array, scale: Array, *, axis: int, eps: float = 1e-6, out_dt: str = "", scale_dt: str = "",
    dtype: Dtype | None = None,
) -> Array:  # fmt: skip
    """Computed in f32 (f64 stays); `scale` has one factor for each place on the axis."""
    x = input if input.dtype == np.float64 else input.astype(np.float32)
    root = np.sqrt(np.square(x).mean(axis=axis, keepdims=True) + x.dtype.type(eps))
    factors = scale.astype(x.dtype).reshape([-1 if other == axis else 1 for other in range(x.ndim)])
    normed = x / root
    if scale_dt.lower() == "f16":
        normed = normed.astype(np.float16).astype(x.dtype)
    return np.asarray(normed * factors).astype(dtype or input.dtype)


@kernel("tract_core_clamped_swiglu")
def clamped_swiglu(gate: Array, up: Array, *, alpha: float, limit: float) -> Array:
    """In f32: (up + 1) * gate * sigmoid(alpha * gate), both clamped before."""
    most = np.float32(limit)
    g, u = np.minimum(gate.astype(np.float32), most), np.clip(up.astype(np.float32), -most, most)
    return np.asarray((u + 1) * g * sigmoid(np.float32(alpha) * g))


@kernel("tract_core_gru_seq")
def gru_seq(
    x: Array, w: Array | None, r: Array, b: Array | None, initial_h: Array, *, hidden: int, chunk: int, has_bias: int = 0,
    reset_every_turn: int = 0, emit_y: int = 1, projected: int = 0,
) -> tuple[Array, Array]:  # fmt: skip
    """x [batch, time, input], w [3*hidden, input], r [3*hidden, hidden], b [1, 6*hidden], initial_h [batch, 1, hidden].

    A run is a first turn, so it begins with `initial_h` either way.
    """
    batch, times = x.shape[:2]
    added, kept = _biases(b, hidden) if has_bias else (np.float32(0), np.float32(0))
    (inputs,) = wide(x if projected else _projected(x, w, added, hidden))
    if inputs.shape[2] != 3 * hidden or r.shape != (3 * hidden, hidden) or initial_h.size != batch * hidden:
        shapes = f"'x' must be [{batch}, {times}, {3 * hidden}], " if projected else ""
        raise KernelError(f"{shapes}'r' [{3 * hidden}, {hidden}] and 'initial_h' [{batch}, 1, {hidden}]", "r")
    state = initial_h.reshape(batch, hidden)
    output = np.empty((batch, times if emit_y else 0, hidden), np.float32)
    for time in range(times)[:: -1 if chunk < 0 else 1]:
        check()
        state = gru(inputs[:, time], state @ r.T + kept, state, hidden=hidden)
        if emit_y:
            output[:, time] = state
    return output, state.reshape(batch, 1, hidden).astype(np.float32)


def _biases(b: Array | None, hidden: int) -> Array:
    if not given(b) or b is None or b.size != 6 * hidden:
        raise KernelError(f"'b' must be [1, {6 * hidden}] where 'has_bias' is true", "b")
    return b.reshape(2, 3 * hidden)


def _projected(x: Array, w: Array | None, added: Any, hidden: int) -> Array:
    """The product with the weights of the input, for all steps at once."""
    if not given(w) or w is None or w.shape != (3 * hidden, x.shape[2]):
        raise KernelError(f"'w' must be [{3 * hidden}, {x.shape[2]}]", "w")
    return np.asarray(x @ w.T + added)
