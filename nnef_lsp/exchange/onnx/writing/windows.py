"""Geometry of sliding windows (4.3) with numbers: what is left out in the text filled in.

X is an extent of the up-scaled and x of the down-scaled side, f the extent of the window, s stride, d dilation, (p, q)
padding, fd = (f - 1)*d + 1; all of them per axis.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ....model.extents.sliding import SlidingWindow, automatic
from .values import Extent

Pairs = Sequence[tuple[int, int]]
FILLED = ("constant", "ignore")


@dataclass(frozen=True)
class Window(SlidingWindow[Extent]):
    """Of one invocation; each field has an item for each axis that `size` has."""

    @property
    def moving(self) -> list[int]:
        """Axes along which the window does something at all."""
        return [
            axis
            for axis, (f, s, pair) in enumerate(zip(self.size, self.stride, self.padding, strict=True))
            if f > 1 or s > 1 or pair != (0, 0)
        ]


def filled(items: Sequence[int], rank: int) -> list[int]:
    """A list that may be left out: ones."""
    return list(items) or [1] * rank


def down(extents: Sequence[Extent], lower: Sequence[Extent], size: Sequence[int], padding: Pairs, stride: Sequence[int],
         dilation: Sequence[int]) -> Window | None:  # fmt: skip
    """The window of a basic operation with these extents of operand and result; None if its padding is automatic and an
    extent that it depends on symbolic."""
    rank = len(size)
    stride, dilation = filled(stride, rank), filled(dilation, rank)
    pairs = list(padding)
    if not pairs:
        for X, x, f, s, d in zip(extents, lower, size, stride, dilation, strict=True):
            if f == 1 and s == 1:
                pairs.append((0, 0))
            elif isinstance(X, int) and isinstance(x, int):
                pairs.append(automatic(X, x, (f - 1) * d + 1, s))
            else:
                return None
    return Window(tuple(size), tuple(pairs), tuple(stride), tuple(dilation), tuple(extents), tuple(lower))


def up(extents: Sequence[int], upper: Sequence[int], size: Sequence[int], padding: Pairs, stride: Sequence[int],
       dilation: Sequence[int]) -> Window:  # fmt: skip
    """The window of a reverse operation with these extents of operand and result."""
    rank = len(size)
    stride, dilation = filled(stride, rank), filled(dilation, rank)
    pairs = list(padding) or [
        automatic(X, x, (f - 1) * d + 1, s)
        for X, x, f, s, d in zip(upper, extents, size, stride, dilation, strict=True)
    ]
    return Window(tuple(size), tuple(pairs), tuple(stride), tuple(dilation), tuple(upper), tuple(extents))
