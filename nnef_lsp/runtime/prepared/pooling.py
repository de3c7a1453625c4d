"""Prepared pooling over spatial axes, channels last, without padding the input.

Separable: first along y, then along x.  Items outside are never read: for an average they add nothing, for a maximum
with constant border the zeros are brought in where a window reaches outside.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..arrays.dtypes import Array, Dtype, lowest
from ..arrays.windows import Window
from ..tiles.cancel import check
from ..tiles.team import ALONE
from .layout import rows
from .scratch import Scratch

BETWEEN_BYTES = 1 << 20
"""Rows between the two passes."""

Pool = Callable[[Array, Array, list[Array]], None]


def pool(
    batch: int,
    channels: int,
    window: Window,
    combine: np.ufunc,
    border: str,
    divisor: Any,
    scratch: Scratch,
    dtype: Dtype,
) -> Pool:
    """`window` covers (H, W); `divisor` is a number or an array [h, w, 1], or None."""
    width, (oh, ow) = window.upper[1], window.lower
    start = lowest(dtype) if combine is np.maximum else 0
    zeros = combine is np.maximum and border == "constant"
    tile = max(1, min(oh, scratch.within(BETWEEN_BYTES, ALONE) // (width * channels * dtype.itemsize)))
    lease = scratch.reserve(dtype, (tile, width, channels))

    def run(x: Array, out: Array, extras: list[Array]) -> None:
        between = lease.arrays()[0]
        for n in range(batch):
            item = x[n].transpose(1, 2, 0)
            target = rows(out[n : n + 1])
            assert target is not None
            result = target.reshape(oh, ow, channels)
            for row in range(0, oh, tile):
                check()
                part = result[row : row + tile]
                lines = between[: len(part)]
                _along(item, lines, window, 0, combine, start, zeros, row)
                _along(lines.swapaxes(0, 1), part.swapaxes(0, 1), window, 1, combine, start, zeros)
            if divisor is not None:
                np.divide(result, divisor, out=result)

    return run


def _along(
    x: Array, out: Array, window: Window, axis: int, combine: np.ufunc, start: Any, zeros: bool, at: int = 0
) -> None:
    """Along axis 0 of x: out[i] = combine over j of x[(at + i) s + j d - p], items outside left out."""
    f, s, d = window.size[axis], window.stride[axis], window.dilation[axis]
    p, extent, count = window.padding[axis][0], x.shape[0], out.shape[0]
    spans: list[Any] = []
    for j in range(f):
        shift = at * s + j * d - p
        first = max(0, -(shift // s))
        last = max(first, min(count, (extent - 1 - shift) // s + 1))
        spans.append((first, last, x[first * s + shift : (last - 1) * s + shift + 1 : s] if last > first else None))
    full = [span for span in spans if span[:2] == (0, count)]
    if len(full) > 1:
        combine(full[0][2], full[1][2], out=out)
        spans = [span for span in spans if span is not full[0] and span is not full[1]]
    elif full:
        np.copyto(out, full[0][2])
        spans = [span for span in spans if span is not full[0]]
    else:
        out[...] = start
    for first, last, view in spans:
        if view is None:
            if zeros:
                np.maximum(out, 0, out=out)
            continue
        combine(out[first:last], view, out=out[first:last])
        if zeros:
            np.maximum(out[:first], 0, out=out[:first])
            np.maximum(out[last:], 0, out=out[last:])
