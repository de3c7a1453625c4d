"""Extents: how long a tensor is along one axis, as an integer, a symbolic expression, or not known at all.

An `Extent` is an `int` or a `Dim`.  A `Dim` stands for an extent that is not one fixed integer; its only member
without a value is `UNKNOWN`, which absorbs all arithmetic, so that a shape rule can be written as plain arithmetic
and stays right when something is missing.  Shape rules compare extents only by `differ`, `same` and `less`, which
answer True when the statement is *proved* and False when it is refuted or open.

Not here: parsing of dimension text, assertions about symbols.
"""

from __future__ import annotations

from typing import Union


class Dim:
    """An extent that is not one known integer.

    Arithmetic with integers and other extents (`+`, `-`, `*`, `//`) gives an extent again.
    """

    __slots__ = ()

    def __add__(self, other: Extent) -> Extent:
        return UNKNOWN

    __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __floordiv__ = __rfloordiv__ = __add__

    def __neg__(self) -> Extent:
        return UNKNOWN

    def __repr__(self) -> str:
        return "?"


Extent = Union[int, Dim]
Shape = tuple[Extent, ...]

UNKNOWN = Dim()


def ceil_div(extent: Extent, divisor: Extent) -> Extent:
    """The extent divided by a positive divisor, rounded up."""
    return -((-extent) // divisor)


def differ(a: Extent, b: Extent) -> bool:
    """Whether the two extents are proved to be unequal."""
    return isinstance(a, int) and isinstance(b, int) and a != b


def same(a: Extent, b: Extent) -> bool:
    """Whether the two extents are proved to be equal."""
    return a is not UNKNOWN and b is not UNKNOWN and a == b


def less(a: Extent, b: Extent) -> bool:
    """Whether `a` is proved to be smaller than `b`."""
    return isinstance(a, int) and isinstance(b, int) and a < b


def maximum(a: Extent, b: Extent) -> Extent:
    """The larger of two extents."""
    if isinstance(a, int) and isinstance(b, int):
        return max(a, b)
    return a if same(a, b) else UNKNOWN


def minimum(a: Extent, b: Extent) -> Extent:
    """The smaller of two extents."""
    if isinstance(a, int) and isinstance(b, int):
        return min(a, b)
    return a if same(a, b) else UNKNOWN


def broadcast(a: Extent, b: Extent) -> Extent:
    """The common extent of two axes of which one may be 1; they are taken to fit."""
    if a == 1 or (isinstance(b, int) and b != 1):
        return b
    if b == 1 or (isinstance(a, int) and a != 1):
        return a
    return a if same(a, b) else UNKNOWN


def product(extents: tuple[Extent, ...] | list[Extent]) -> Extent:
    """The number of items of a tensor with these extents; 1 for rank 0."""
    volume: Extent = 1
    for extent in extents:
        volume = volume * extent
    return volume


def format_shape(shape: Shape | None) -> str:
    """`[1, 3, S + 1]`, or `[..]` where even the rank is unknown."""
    return "[..]" if shape is None else "[" + ", ".join(map(str, shape)) + "]"
