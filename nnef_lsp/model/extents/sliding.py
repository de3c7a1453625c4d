"""The geometry of a sliding window (4.3) whose attributes are all known: what kernels and other formats share.

Not here: the extents of results (`shapes/windows.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import Generic, TypeVar

E = TypeVar("E")
"""What an extent is: a number, or one that may be symbolic."""


@dataclass(frozen=True)
class SlidingWindow(Generic[E]):
    """A window with everything that may be left out in the text filled in; each field has an item for each axis.

    `upper` are the up-scaled extents X, `lower` the down-scaled extents x.
    """

    size: tuple[int, ...]
    padding: tuple[tuple[int, int], ...]
    stride: tuple[int, ...]
    dilation: tuple[int, ...]
    upper: tuple[E, ...]
    lower: tuple[E, ...]

    @property
    def dilated(self) -> tuple[int, ...]:
        """f_d = (f - 1) d + 1 of each axis."""
        return tuple((f - 1) * d + 1 for f, d in zip(self.size, self.dilation, strict=True))

    @property
    def volume(self) -> int:
        """Number of items of the window."""
        return prod(self.size)


def automatic(upper: int, lower: int, dilated: int, stride: int) -> tuple[int, int]:
    """Padding that gives the down-scaled extent (4.3, "Automatic Padding Calculation"): the odd item goes to the end."""
    total = max((lower - 1) * stride + dilated - upper, 0)
    return total // 2, total - total // 2
