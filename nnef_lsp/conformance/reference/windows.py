"""4.3 Sliding windows: extents and padding of one axis, and what all these operations share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .grid import Index

Pairs = Sequence[tuple[int, int]]


@dataclass(frozen=True)
class Axis:
    """One axis of a window operation: X and x are the up-scaled and the down-scaled extent."""

    X: int
    x: int
    f: int
    s: int
    d: int
    p: int


def down(X: int, f: int, s: int, d: int, padding: tuple[int, int] | None) -> Axis:
    """x = floor((p + X + q - fd) / s) + 1, or ceil(X / s) where padding is automatic."""
    fd = (f - 1) * d + 1
    if padding is None:
        x = -(-X // s)
        t = max((x - 1) * s + fd - X, 0)
        return Axis(X, x, f, s, d, t // 2)
    p, q = padding
    return Axis(X, (p + X + q - fd) // s + 1, f, s, d, p)


def up(x: int, f: int, s: int, d: int, padding: tuple[int, int] | None, X: int | None) -> Axis:
    """X = (x - 1) s + fd - (p + q), unless the reference shape gives it; where padding is automatic, x = ceil(X / s)."""
    fd = (f - 1) * d + 1
    if padding is None:
        X = x * s if X is None else X
        t = max((x - 1) * s + fd - X, 0)
        return Axis(X, x, f, s, d, t // 2)
    p, q = padding
    return Axis((x - 1) * s + fd - (p + q) if X is None else X, x, f, s, d, p)


def down_axes(
    extents: Index, size: Sequence[int], padding: Pairs, stride: Sequence[int], dilation: Sequence[int]
) -> list[Axis]:
    """The axes of a basic operation."""
    return [
        down(X, f, stride[k] if stride else 1, dilation[k] if dilation else 1, padding[k] if padding else None)
        for k, (X, f) in enumerate(zip(extents, size, strict=True))
    ]


def up_axes(
    extents: Index,
    size: Sequence[int],
    padding: Pairs,
    stride: Sequence[int],
    dilation: Sequence[int],
    shape: Sequence[int],
) -> list[Axis]:
    """The axes of a reverse operation; `shape` is the reference shape or empty."""
    return [
        up(
            x,
            f,
            stride[k] if stride else 1,
            dilation[k] if dilation else 1,
            padding[k] if padding else None,
            shape[k] if shape else None,
        )
        for k, (x, f) in enumerate(zip(extents, size, strict=True))
    ]


def position(axes: list[Axis], i: Index, j: Index) -> Index:
    """Where window item j of output i lies in the up-scaled space: i s + j d - p."""
    return tuple(ik * a.s + jk * a.d - a.p for a, ik, jk in zip(axes, i, j, strict=True))


def source(axes: list[Axis], i: Index, j: Index) -> Index | None:
    """Where up-scaled position i meets window item j in the down-scaled space: (i + p - j d) / s, None between items."""
    found = []
    for a, ik, jk in zip(axes, i, j, strict=True):
        if (ik + a.p - jk * a.d) % a.s != 0:
            return None
        found.append((ik + a.p - jk * a.d) // a.s)
    return tuple(found)
