"""Products of matrices of small integers, as tract computes them."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...arrays.dtypes import Array
from .. import kernel
from ..linear import linear, matmul


@kernel("tract:matmul")
def tract_matmul(A: Array, B: Array, **attributes: Any) -> Array:
    """Small integers are summed in 32 bits, of which the lower ones are kept."""
    return np.asarray(matmul(A.astype(np.int32), B.astype(np.int32), **attributes)).astype(A.dtype)


@kernel("tract:linear")
def tract_linear(input: Array, filter: Array, bias: Array) -> Array:
    """Small integers are summed in 32 bits, of which the lower ones are kept."""
    found = linear(input.astype(np.int32), filter.astype(np.int32), bias.astype(np.int32))
    return np.asarray(found).astype(input.dtype)
