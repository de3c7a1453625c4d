"""Geometry of sliding windows (4.3): extents, automatic padding, shifted views.

Symbols of the specification: X up-scaled extent, x down-scaled, f size, (p, q) padding, s stride, d dilation,
f_d = (f - 1) d + 1.  Everything here is per axis, over as many axes as `size` has.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from ...model.extents.sliding import SlidingWindow, automatic
from ..errors import KernelError
from .dtypes import Array, format_extents

Pairs = Sequence[tuple[int, int]]


@dataclass(frozen=True)
class Window(SlidingWindow[int]):
    """A window as kernels use it."""

    def offsets(self) -> Iterator[tuple[int, ...]]:
        """Positions within the window, row-major."""
        return itertools.product(*map(range, self.size))

    def shifted(self, extended: Array, offset: Sequence[int], axis: int = 0) -> Array:
        """View of the extended input: what item `offset` of the window reads, for every output position.

        `axis` is the first axis that the window covers.
        """
        index = tuple(
            slice(j * d, j * d + (x - 1) * s + 1, s)
            for j, d, s, x in zip(offset, self.dilation, self.stride, self.lower, strict=True)
        )
        return extended[(slice(None),) * axis + index]


def down(
    extents: Sequence[int], size: Sequence[int], padding: Pairs, stride: Sequence[int], dilation: Sequence[int]
) -> Window:
    """The window of a basic operation on an input with these extents (empty lists: the defaults of 4.3)."""
    size, stride, dilation = _filled(size, padding, stride, dilation, extents)
    dilated = [(f - 1) * d + 1 for f, d in zip(size, dilation, strict=True)]
    padding = padding or [automatic(X, -(-X // s), fd, s) for X, fd, s in zip(extents, dilated, stride, strict=True)]
    lower = []
    for (p, q), X, fd, s in zip(padding, extents, dilated, stride, strict=True):
        if p + X + q < fd:
            raise KernelError(
                f"a window of extent {fd} does not fit into an extent of {X} padded by ({p}, {q})", "padding"
            )
        lower.append((p + X + q - fd) // s + 1)
    return Window(tuple(size), _pairs(padding), tuple(stride), tuple(dilation), tuple(extents), tuple(lower))


def up(
    extents: Sequence[int],
    size: Sequence[int],
    padding: Pairs,
    stride: Sequence[int],
    dilation: Sequence[int],
    output_extents: Sequence[int] = (),
) -> Window:
    """The window of a reverse operation on an input with these (down-scaled) extents."""
    size, stride, dilation = _filled(size, padding, stride, dilation, extents)
    dilated = [(f - 1) * d + 1 for f, d in zip(size, dilation, strict=True)]
    if not padding:
        upper = list(output_extents) or [x * s for x, s in zip(extents, stride, strict=True)]
        padding = [automatic(X, x, fd, s) for X, x, fd, s in zip(upper, extents, dilated, stride, strict=True)]
    else:
        upper = list(output_extents) or [
            (x - 1) * s + fd - (p + q) for x, s, fd, (p, q) in zip(extents, stride, dilated, padding, strict=True)
        ]
    if min(upper, default=1) < 1:
        raise KernelError(f"the padding leaves nothing of the output: extents {format_extents(upper)}", "padding")
    return Window(tuple(size), _pairs(padding), tuple(stride), tuple(dilation), tuple(upper), tuple(extents))


def _filled(size: Any, padding: Any, stride: Any, dilation: Any, extents: Sequence[int]) -> Any:
    for name, items in (("size", size), ("padding", padding), ("stride", stride), ("dilation", dilation)):
        if len(items) != len(extents) and (items or name == "size"):
            raise KernelError(f"'{name}' needs {len(extents)} items, not {len(items)}", name)
    for name, items in (("size", size), ("stride", stride), ("dilation", dilation)):
        if any(item < 1 for item in items):
            raise KernelError(f"items of '{name}' must be positive", name)
    ones = [1] * len(extents)
    return list(size), list(stride) or ones, list(dilation) or ones


def _pairs(padding: Pairs) -> tuple[tuple[int, int], ...]:
    return tuple((int(p), int(q)) for p, q in padding)
