"""Prepared local response normalization across channels: one pass over memory, tile by tile, channels last."""

from __future__ import annotations

import numpy as np

from ..arrays.dtypes import Array, Dtype
from ..kernels.normalization import power
from ..tiles.cancel import check
from .conv2d import Convolution
from .layout import rows, rows_or_copy
from .scratch import Scratch

BLOCK_BYTES = 1 << 17


def response(
    shape: tuple[int, ...], size: int, alpha: float, beta: float, bias: float, dtype: Dtype, scratch: Scratch
) -> Convolution:
    """x / (bias + alpha / size * sum of x^2 over `size` channels around)^beta; channels outside count as zero."""
    channels, before = shape[1], (size - 1) // 2
    tile = max(1, BLOCK_BYTES // (channels * dtype.itemsize))
    lease = scratch.reserve(dtype, (tile, channels + size - 1), (tile, channels), (tile, channels))
    factor, offset = dtype.type(alpha / size), dtype.type(bias)

    def run(x: Array, out: Array, extras: list[Array]) -> None:
        squares, sums, roots = lease.arrays()
        source, target = rows_or_copy(x), rows(out)
        assert target is not None
        squares[:, :before] = 0
        squares[:, before + channels :] = 0
        for first in range(0, len(target), tile):
            check()
            block = source[first : first + tile]
            padded, sigma = squares[: len(block)], sums[: len(block)]
            np.square(block, out=padded[:, before : before + channels])
            np.add(padded[:, :channels], padded[:, 1 : 1 + channels], out=sigma) if size > 1 else np.copyto(
                sigma, padded
            )
            for j in range(2, size):
                np.add(sigma, padded[:, j : j + channels], out=sigma)
            np.multiply(sigma, factor, out=sigma)
            np.add(sigma, offset, out=sigma)
            np.divide(block, power(sigma, beta, roots[: len(block)]), out=target[first : first + tile])

    return run
