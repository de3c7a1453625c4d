"""Maxima of windows as tract finds them: it begins with the least finite number and takes what is greater.

So numbers that are none are passed over, and a window of padding alone gives that least number.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ...arrays.borders import extend
from ...arrays.dtypes import Array, lowest
from ...arrays.windows import Pairs, down
from .. import kernel
from ..pooling import separable

Ints = Sequence[int]


def least_of(array: Array) -> Any:
    return np.finfo(array.dtype).min if array.dtype.kind == "f" else lowest(array.dtype)


@kernel("tract:max_pool")
def max_pool(
    input: Array, *, size: Ints, border: str = "ignore", padding: Pairs = (), stride: Ints = (), dilation: Ints = ()
) -> Array:
    window = down(input.shape, size, padding, stride, dilation)
    extended = extend(input, window.padding, "ignore", lowest(input.dtype))
    return np.asarray(np.fmax(separable(extended, window, np.fmax), least_of(input)))
