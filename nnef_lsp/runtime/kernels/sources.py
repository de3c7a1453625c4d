"""Tensors that are not calculated: constants (4.1.2), updates of variables (4.8).

`external` and `variable` have no kernel: the executor binds inputs and weights.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..arrays.dtypes import Array, Dtype, format_extents
from . import KernelError, kernel


@kernel("constant", dtype=True)
def constant(*, shape: list[int], value: list[Any], dtype: Dtype) -> Array:
    """Row-major `value`, or one value repeated."""
    items = np.asarray(value, dtype).reshape(-1)
    if items.size == 1:
        return np.full(shape, items[0], dtype)
    if items.size != int(np.prod(shape, dtype=np.int64)):
        raise KernelError(f"{items.size} values do not fill the shape {format_extents(shape)}", "value")
    return items.reshape(shape)


@kernel("update", view=True)
def update(variable: Array, value: Array) -> Array:
    """The new value; the executor stores it when the cycle is over, so that others still read the old one."""
    if variable.shape != value.shape:
        raise KernelError(
            f"a variable of shape {format_extents(variable.shape)} cannot take {format_extents(value.shape)}", "value"
        )
    return value
