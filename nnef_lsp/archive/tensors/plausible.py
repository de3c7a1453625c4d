"""What a tensor of another format may claim to be before anything is made for it.

Here: shapes that no array can have, and item types that are not numbers, truth values or text. Not here: whether the
file is long enough (npy.py, safetensors.py). Raises ArchiveError.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from nnef_lsp.archive.errors import ArchiveError, quoted

if TYPE_CHECKING:
    import numpy as np

MOST_RANK = 32
"""As numpy before 2.0; no tensor of a network comes near it."""
_MOST_BYTES = 1 << 58
_NUMBERS = {"b": 1, "i": 8, "u": 8, "f": 8, "c": 16}  # kind: bytes of the largest


def plausible_shape(where: str, shape: Sequence[Any], item_bytes: int) -> tuple[int, ...]:
    """`shape` as a tuple. Refused: too many extents, what is not an extent, more than any machine can hold."""
    if len(shape) > MOST_RANK:
        raise ArchiveError(f"{where} claims rank {len(shape)}; tensors of more than rank {MOST_RANK} are not read.")
    if not all(type(extent) is int and extent >= 0 for extent in shape):
        raise ArchiveError(f"{where} claims the impossible shape {quoted(list(shape))}.")
    # numpy multiplies the extents that are not zero, so 0 x 2^62 overflows there too.
    if math.prod(extent for extent in shape if extent) * max(item_bytes, 1) >= _MOST_BYTES:
        raise ArchiveError(f"{where} claims the impossible shape {quoted(list(shape))}, which no machine can hold.")
    return tuple(shape)


def plausible_items(where: str, dtype: np.dtype[Any]) -> None:
    """Refuse items other than numbers, truth values and text."""
    if dtype.hasobject:
        raise ArchiveError(f"{where} holds Python objects, which are not read; save plain numbers instead.")
    if not dtype.itemsize:
        raise ArchiveError(f"{where} holds items of no size, so it holds nothing; save plain numbers instead.")
    if dtype.names == ("re", "im") and dtype["re"] == dtype["im"] and dtype["re"].kind == "i":
        return  # complex integers, as tensor files have them
    if dtype.kind in "US" or dtype.itemsize <= _NUMBERS.get(dtype.kind, 0):
        return
    raise ArchiveError(
        f"{where} holds items of the type {quoted(dtype, 60)}, which are not read; save them as plain numbers "
        "(of at most 64 bits) instead."
    )
