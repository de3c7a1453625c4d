"""A tensor of any rank as one flat picture: filters side by side in a grid.

Here: which axes become rows, columns and tiles, and shrinking to a size that can be shown. Not here: characters
(preview.py) or pixels' colours (image.py).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from nnef_lsp.archive.errors import ArchiveError
from nnef_lsp.archive.statistics.moments import real_numbers
from nnef_lsp.archive.tensors.dat import TensorFile
from nnef_lsp.archive.tensors.tensor import Tensor

if TYPE_CHECKING:
    from nnef_lsp.archive.arrays import Array

MAX_ITEMS = 4 << 20  # what is read for a picture


def plane(tensor: Tensor | Array, *, most: int = MAX_ITEMS, gap: int = 1) -> tuple[Array, str]:
    """(picture, caption): a 2-D float64 array, NaN between tiles. Leading slices only when the tensor is larger.

    Rank 0 and 1 give one row; rank 2 itself; rank 3 its matrices side by side; rank 4 and above a grid with the first
    axis downwards and the second across, and of further axes the first index.
    """
    import numpy as np

    items, shape, cut = _leading(tensor, most)
    if not items.size:
        return np.zeros((0, 0)), "empty"
    note = f", the first {list(shape)}" if cut else ""
    array = items.reshape(shape)
    while array.ndim > 4:
        array, note = array[..., 0], note + ", index 0 of the last axis"
    if array.ndim <= 2:
        return np.atleast_2d(array), ("row" if array.ndim < 2 else "rows x columns") + note
    if array.ndim == 3:
        return _grid(_folded(array), gap), "slices of the first axis" + note
    if array[0, 0].size == 1:
        return array[:, :, 0, 0], "rows x columns (1x1 kernels)" + note
    return _grid(array, gap), "first axis down, second across" + note


def _leading(tensor: Tensor | Array, most: int) -> tuple[Array, tuple[int, ...], bool]:
    import numpy as np

    shape = tuple(tensor.shape)
    count = math.prod(shape)
    kept, rest = shape, count
    if count > most:
        axis = next((axis for axis, extent in enumerate(shape) if extent > 1), 0)
        rest = count // shape[axis]
        kept = (*shape[:axis], max(1, min(shape[axis], most // rest)), *shape[axis + 1 :])
    wanted = math.prod(kept)
    if wanted > 16 * most:
        raise ArchiveError(f"One slice of the shape {list(shape)} is too large to be drawn.")
    if isinstance(tensor, TensorFile):
        with tensor.parts() as part:
            items = np.array(_numbers(part(0, wanted)))
    else:
        array = tensor if isinstance(tensor, np.ndarray) else tensor.array()
        items = _numbers(array.reshape(-1)[:wanted])
    return items, kept, kept != shape


def _numbers(items: Array) -> Array:
    if items.dtype.kind in "US":
        raise ArchiveError("Strings cannot be drawn.")
    return real_numbers(items).astype("f8")


def _folded(array: Array) -> Array:
    """Slices of a rank 3 tensor in about as many rows as columns of tiles; the last row is filled with NaN."""
    import numpy as np

    count, height, width = array.shape
    across = max(1, math.isqrt(count * max(1, height) // max(1, width)) or 1)
    across = min(count, across)
    down = -(-count // across)
    full = np.full((down * across, height, width), np.nan)
    full[:count] = array
    return full.reshape(down, across, height, width)


def _grid(tiles: Array, gap: int) -> Array:
    import numpy as np

    down, across, height, width = tiles.shape
    room = np.full((down, across, height + gap, width + gap), np.nan)
    room[:, :, :height, :width] = tiles
    picture = room.transpose(0, 2, 1, 3).reshape(down * (height + gap), across * (width + gap))
    return np.asarray(picture[: picture.shape[0] - gap, : picture.shape[1] - gap])


def shrunk(picture: Array, height: int, width: int) -> Array:
    """`picture` in at most `height` x `width` cells, each the mean of what it covers (NaN where nothing is)."""
    import numpy as np

    rows, columns = min(height, picture.shape[0]), min(width, picture.shape[1])
    if rows == picture.shape[0] and columns == picture.shape[1]:
        return picture
    down = np.arange(rows) * picture.shape[0] // rows
    across = np.arange(columns) * picture.shape[1] // columns
    known = np.isfinite(picture)
    with np.errstate(over="ignore"):  # cells whose sum is beyond float64 are drawn as unknown
        total = np.add.reduceat(np.add.reduceat(np.where(known, picture, 0.0), down, axis=0), across, axis=1)
    count = np.add.reduceat(np.add.reduceat(known.astype(np.int64), down, axis=0), across, axis=1)
    with np.errstate(invalid="ignore"):
        return np.asarray(np.where(count > 0, total / np.maximum(count, 1), np.nan))
