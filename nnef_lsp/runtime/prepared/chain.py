"""A row of element-wise operations in one pass over memory, tile by tile, channels last.

The first stage reads the input and writes the result, the others work in place on the tile in the cache.  The result
may take the input's place.
"""

from __future__ import annotations

from ..arrays.dtypes import Array
from ..tiles.cancel import check
from .conv2d import Convolution
from .epilogue import Epilogue
from .layout import rows, rows_or_copy

BLOCK_BYTES = 1 << 20


def chain(shape: tuple[int, ...], itemsize: int, epilogue: Epilogue) -> Convolution:
    """`shape` is [N, C, spatial..] of the input and the result."""
    channels = shape[1]
    tile = max(1, BLOCK_BYTES // (channels * itemsize))
    everything = slice(0, channels)

    def run(x: Array, out: Array, extras: list[Array]) -> None:
        source, target = rows_or_copy(x), rows(out)
        assert target is not None
        for first in range(0, len(target), tile):
            check()
            part = slice(first, min(first + tile, len(target)))
            epilogue(target[part], extras, part, everything, source[part])

    return run
