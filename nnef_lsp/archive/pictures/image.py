"""A tensor as an image: filters in a grid.

Here: the colours. Not here: the arrangement (tiles.py), the file (png.py). Negative items are blue, positive
ones red, zero white; where no item is, grey. The scale is that of the greatest magnitude.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from nnef_lsp.archive.errors import ArchiveError
from nnef_lsp.archive.pictures.tiles import plane, shrunk
from nnef_lsp.archive.tensors.tensor import Tensor

if TYPE_CHECKING:
    from nnef_lsp.archive.arrays import Array

_MOST = 4096  # pixels along a side
_LEAST = 256
_GAP = (160, 160, 160)


def colour_image(tensor: Tensor | Array) -> Array:
    """The picture as RGB, uint8; small ones enlarged, large ones reduced to 4096 pixels a side.

    Raises `ArchiveError` for tensors that cannot be drawn.
    """
    import numpy as np

    picture, _ = plane(tensor)
    if not picture.size:
        raise ArchiveError("An empty tensor cannot be drawn.")
    picture = shrunk(picture, _MOST, _MOST)
    pixels = signed_colours(picture)
    times = max(1, _LEAST // max(picture.shape))
    return np.repeat(np.repeat(pixels, times, axis=0), times, axis=1)


def signed_colours(picture: Array) -> Array:
    """RGB of each item of a 2-D array."""
    import numpy as np

    known = np.isfinite(picture)
    values = np.where(known, picture, 0.0)
    peak = float(np.abs(values).max()) or 1.0
    share = values / peak
    fade = (255 * (1 - np.abs(share))).astype(np.uint8)
    full = np.full_like(fade, 255)
    pixels = np.stack([np.where(share >= 0, full, fade), fade, np.where(share <= 0, full, fade)], axis=-1)
    pixels[~known] = _GAP
    return pixels
