"""Joining tensors of several data types, which tract brings to that of the result."""

from __future__ import annotations

import numpy as np

from ...arrays.dtypes import Array, Dtype
from .. import kernel


@kernel("tract:concat", dtype=True)
def concat(values: list[Array], *, axis: int, dtype: Dtype | None = None) -> Array:
    return np.concatenate([value.astype(dtype or values[0].dtype) for value in values], axis=axis)
