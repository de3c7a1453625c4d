"""What follows a product, applied to each tile of its result while the tile is in the cache.

An epilogue is a list of stages on a block [positions, channels].  Operands are numbers, vectors over the channels, or
other tensors of the result's shape ("extras", named; their rows are given at each run).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from ..arrays.dtypes import Array
from ..arrays.runs import RUN, against, repeated

Operand = Array | np.generic
"""A number, or a vector over the channels."""


Apply = Callable[..., object]
"""A binary ufunc, or a function that is called like one: `apply(x, operand, out=out)`."""


@dataclass(slots=True)
class Stage:
    """`apply(x, operand, out=out)`, as a binary ufunc; `out` may be `x`.

    `operand`: None, a number, or a vector [C]; `extra`: the index of an extra to take instead.
    """

    apply: Apply
    operand: Operand | None = None
    extra: int | None = None
    run: Array | None = None
    """The operand repeated, for blocks of all channels without gaps."""

    def __post_init__(self) -> None:
        if isinstance(self.operand, np.ndarray) and self.operand.ndim:
            self.run = repeated(self.operand)

    def on(self, x: Array, out: Array, channels: slice) -> None:
        """Apply to [positions, channels] without an extra."""
        run = self.run
        if run is None:
            self.apply(x, self.operand, out=out)
            return
        vector = self.operand if isinstance(self.operand, np.ndarray) else None
        if (vector is None or len(vector) == x.shape[1]) and x.flags.c_contiguous and out.flags.c_contiguous:
            against(self.apply, x.reshape(-1), run, out.reshape(-1))
        else:
            self.apply(x, self.operand if vector is None else vector[channels], out=out)


@dataclass(slots=True)
class Epilogue:
    """The stages, and the names of the tensors they read besides the block."""

    stages: list[Stage] = field(default_factory=list)
    extras: list[str] = field(default_factory=list)

    def without_offset(self) -> tuple[Stage | None, Epilogue]:
        """The vector that is added first, if that is the first stage, and the rest."""
        first = self.stages[0] if self.stages else None
        if first is None or first.apply is not np.add or not isinstance(first.operand, np.ndarray):
            return None, self
        return first, Epilogue(self.stages[1:], self.extras)

    def __call__(
        self, block: Array, extras: list[Array], positions: slice, channels: slice, source: Array | None = None
    ) -> None:
        """Apply all stages to the block, which is [positions, channels] of the whole; the first reads `source` if given."""
        x = block if source is None else source
        for stage in self.stages:
            if stage.extra is None:
                stage.on(x, block, channels)
            else:
                stage.apply(x, extras[stage.extra][positions, channels], out=block)
            x = block
        if x is not block:
            np.copyto(block, x)


def swapped(function: np.ufunc) -> Apply:
    """A binary ufunc with its operands in the other order."""

    def apply(x: Array, operand: Operand | None, /, *, out: Array) -> None:
        function(operand, x, out=out)

    return apply


def bounds(low: Operand | None = None, high: Operand | None = None) -> list[Stage]:
    """max(min(x, high), low), as a stage each; numpy is slow at these with a number (`arrays/runs.py`)."""
    pairs = ((np.minimum, high), (np.maximum, low))
    return [Stage(apply, bound, run=np.full(RUN, bound)) for apply, bound in pairs if bound is not None]


def leaky(x: Array, operand: Operand | None, /, *, out: Array) -> None:
    """max(x, alpha x), which is leaky_relu for 0 <= alpha <= 1."""
    np.maximum(x, x * operand, out=out)


def unary(function: Callable[..., object]) -> Apply:
    """A kernel with `out`, as a stage."""

    def apply(x: Array, operand: Operand | None, /, *, out: Array) -> None:
        function(x, out=out)

    return apply
