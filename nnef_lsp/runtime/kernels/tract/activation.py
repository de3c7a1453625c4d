"""Softmax and its logarithm."""

from __future__ import annotations

import numpy as np

from ...arrays.dtypes import Array
from .. import kernel
from .operands import Ints, wide


@kernel("tract_core_softmax")
def softmax(x: Array, *, axes: Ints, exp: str | None = None) -> Array:
    return np.exp(_log_softmax(x, axes)).astype(x.dtype)


@kernel("tract_core_log_softmax")
def log_softmax(x: Array, *, axes: Ints) -> Array:
    return _log_softmax(x, axes).astype(x.dtype)


def _log_softmax(x: Array, axes: Ints) -> Array:
    (value,) = wide(x)
    over = tuple(axis for axis in dict.fromkeys(axes) if 0 <= axis < x.ndim)
    shifted = value - value.max(axis=over, keepdims=True)
    return np.asarray(shifted - np.log(np.exp(shifted).sum(axis=over, keepdims=True)))
