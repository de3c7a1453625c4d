"""What operands are before a kernel of tract computes: optional ones left out, half floats widened."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ...arrays.dtypes import Array

Ints = Sequence[int]


def given(array: Any) -> bool:
    """Whether an optional tensor is there: None and false stand for one that is left out."""
    return array is not None and not (isinstance(array, np.ndarray) and array.dtype == object)


def wide(*arrays: Array) -> tuple[Array, ...]:
    """The arrays in a type that sums well: half floats as floats."""
    return tuple(array.astype(np.float32) if array.dtype == np.float16 else array for array in arrays)
