"""What follows a product, applied to each tile of its result while the tile is in the cache.

An epilogue is a list of stages on a block [positions, channels], in place.  Operands are numbers, vectors over the
channels, or other tensors of the result's shape ("extras", named; their rows are given at each run).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..arrays.dtypes import Array


@dataclass(frozen=True, slots=True)
class Stage:
    """`apply(block, operand)` works in place.  `operand`: None, a number, a vector [C], or the index of an extra."""

    apply: Callable[[Array, Any], None]
    operand: Any = None
    extra: int | None = None


@dataclass(slots=True)
class Epilogue:
    """The stages, and the names of the tensors they read besides the block."""

    stages: list[Stage] = field(default_factory=list)
    extras: list[str] = field(default_factory=list)

    def __call__(self, block: Array, extras: list[Array], positions: slice, channels: slice) -> None:
        """Apply all stages to the block, which is [positions, channels] of the whole."""
        for stage in self.stages:
            if stage.extra is not None:
                stage.apply(block, extras[stage.extra][positions, channels])
            elif isinstance(stage.operand, np.ndarray) and stage.operand.ndim:
                stage.apply(block, stage.operand[channels])
            else:
                stage.apply(block, stage.operand)


def in_place(function: Any) -> Callable[[Array, Any], None]:
    """A binary ufunc as a stage."""

    def apply(block: Array, operand: Any) -> None:
        function(block, operand, out=block)

    return apply


def reversed_in_place(function: Any) -> Callable[[Array, Any], None]:
    """The same with the operands in the other order."""

    def apply(block: Array, operand: Any) -> None:
        function(operand, block, out=block)

    return apply


ADD, SUB, MUL = in_place(np.add), in_place(np.subtract), in_place(np.multiply)


def relu(block: Array, operand: Any) -> None:
    """max(block, 0)."""
    np.maximum(block, block.dtype.type(0), out=block)


def leaky(block: Array, operand: Any) -> None:
    """max(x, alpha x), which is leaky_relu for 0 <= alpha <= 1."""
    np.maximum(block, block * operand, out=block)


def clamp(block: Array, operand: Any) -> None:
    """max(min(x, b), a)."""
    low, high = operand
    np.minimum(block, high, out=block)
    np.maximum(block, low, out=block)


def unary(function: Any) -> Callable[[Array, Any], None]:
    """A kernel with `out`, as a stage."""

    def apply(block: Array, operand: Any) -> None:
        function(block, out=block)

    return apply
