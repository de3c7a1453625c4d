"""Items of tensors by index: broadcasting (4.2.2) and the world outside of a tensor (4.3, "Border Modes")."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Index = tuple[int, ...]
Ints = Sequence[int]


def indices(shape: Sequence[int]) -> Iterator[Index]:
    """Every index of a shape, the last axis fastest."""
    return iter(np.ndindex(*shape))


def item(array: Array, index: Index) -> Any:
    """The item for an index of the broadcast shape: missing trailing axes and axes of extent 1 are repeated."""
    return array[tuple(0 if extent == 1 else i for extent, i in zip(array.shape, index, strict=False))].item()


def broadcast_shape(*shapes: Sequence[int]) -> Index:
    """The shape of a result: axes are aligned from axis 0."""
    rank = max(map(len, shapes))
    full = [tuple(shape) + (1,) * (rank - len(shape)) for shape in shapes]
    return tuple(next((e for e in extents if e != 1), 1) for extents in zip(*full, strict=True))


def elementwise(function: Callable[..., Any], *arrays: Any, dtype: Any = np.float64) -> Array:
    """The function of each item of the broadcast arrays."""
    operands = [np.asarray(array) for array in arrays]
    output = np.empty(broadcast_shape(*(operand.shape for operand in operands)), dtype)
    for index in indices(output.shape):
        output[index] = function(*(item(operand, index) for operand in operands))
    return output


def extended(array: Array, index: Sequence[int], border: str, value: float = 0.0) -> Any:
    """The item at an index that may lie outside; None where the border is to be ignored."""
    inside = []
    for i, z in zip(index, array.shape, strict=True):
        if i < 0 or i >= z:
            if border == "ignore":
                return None
            if border == "constant":
                return value
            i = _mapped(i, z, border)
        inside.append(i)
    return array[tuple(inside)].item()


def _mapped(i: int, z: int, border: str) -> int:
    if border == "replicate":
        return 0 if i < 0 else z - 1
    if border == "reflect":
        return -i if i < 0 else z - 1 - (i - z + 1)
    if border == "reflect-even":
        return -i - 1 if i < 0 else z - 1 - (i - z)
    raise ValueError(f"there is no border mode '{border}'")
