"""Pooling: a maximum never counts what is outside."""

from __future__ import annotations

import numpy as np

from .. import translated
from ..borders import extended
from ..call import Call
from ..pooling import is_short, pooled, unpadded, window_of
from ..values import Value


@translated("tract:max_pool")
def max_pool(call: Call) -> Value:
    x = call.tensor(0)
    window = window_of(call, x)
    if not is_short(window):
        x, window = extended(call, x, window.padding, "ignore", float(-np.inf)), unpadded(window)
    return pooled(call, x, window, "MaxPool", {})
