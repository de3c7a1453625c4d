"""Broadcasting as NNEF has it (4.2.2): aligned from axis 0, missing *trailing* axes are singular.

numpy aligns from the last axis, so operands of lower rank get singular axes appended first.
"""

from __future__ import annotations

from .dtypes import Array


def align(*arrays: Array) -> tuple[Array, ...]:
    """The arrays with trailing singular axes appended, so that numpy broadcasts them as NNEF does.

    A tensor of rank 0 is left alone: it broadcasts either way.
    """
    rank = max(array.ndim for array in arrays)
    return tuple(to_rank(array, rank) for array in arrays)


def to_rank(array: Array, rank: int) -> Array:
    """The array with singular axes appended up to `rank`, or those behind it left off."""
    missing = rank - array.ndim
    if missing < 0 and array.shape[rank:] == (1,) * -missing:
        return array.reshape(array.shape[:rank])
    return array.reshape(array.shape + (1,) * missing) if missing > 0 and array.ndim else array
