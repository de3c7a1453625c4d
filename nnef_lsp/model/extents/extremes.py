"""Minima, maxima and broadcasts of extents, and symbols replaced in any extent.

Not here: sums, products, quotients (`dims.py`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from .atoms import Atom
from .dims import MAX_TERMS, UNKNOWN, Dim, Extent, interned_atom, product
from .proofs import BARE


def minimum(a: Extent, b: Extent) -> Extent:
    """The smaller of two extents."""
    return min(a, b) if isinstance(a, int) and isinstance(b, int) else _extreme("min", (a, b))


def maximum(a: Extent, b: Extent) -> Extent:
    """The larger of two extents."""
    return max(a, b) if isinstance(a, int) and isinstance(b, int) else _extreme("max", (a, b))


def broadcast(a: Extent, b: Extent) -> Extent:
    """The common extent of two axes of which one may be 1; they are taken to fit."""
    if a == 1 or (isinstance(b, int) and b != 1):
        return b
    if b == 1 or (isinstance(a, int) and a != 1):
        return a
    return _extreme("broadcast", (a, b))


def substitute(extent: Extent, values: Mapping[str, Extent]) -> Extent:
    """The extent with symbols replaced by name."""
    if isinstance(extent, int) or extent.terms is None:
        return extent
    total: Extent = 0
    for monomial, coefficient in extent.terms.items():
        total = total + coefficient * product([_substituted(atom, values) for atom in monomial])
    return total


def _extreme(kind: str, extents: Sequence[Extent]) -> Extent:
    """The minimum, maximum or broadcast of several extents, those left out that cannot win."""
    items: list[Extent] = []
    for extent in extents:
        if extent is UNKNOWN:
            return UNKNOWN
        for item in _flattened(kind, extent):
            if not any(_outdone(kind, item, other) for other in items):
                items = [other for other in items if not _outdone(kind, other, item)] + [item]
    if len(items) == 1:
        return items[0]
    return Dim.of(interned_atom(kind, tuple(sorted(items, key=_symbols_first)))) if len(items) <= MAX_TERMS else UNKNOWN


def _symbols_first(extent: Extent) -> tuple[bool, str]:
    return isinstance(extent, int), str(extent)


def _flattened(kind: str, extent: Extent) -> Sequence[Extent]:
    """The extents compared, where this is itself such a comparison."""
    if isinstance(extent, Dim) and extent.terms is not None and len(extent.terms) == 1:
        ((monomial, coefficient),) = extent.terms.items()
        if coefficient == 1 and len(monomial) == 1 and monomial[0].kind == kind:
            return monomial[0].arguments
    return (extent,)


def _outdone(kind: str, item: Extent, other: Extent) -> bool:
    """Whether one extent makes another one superfluous, whatever the symbols are."""
    if kind == "broadcast":
        return item == other or item == 1
    smaller, larger = (other, item) if kind == "min" else (item, other)
    return BARE.nonnegative(larger - smaller)


def _substituted(atom: Atom, values: Mapping[str, Extent]) -> Extent:
    """What an atom becomes when symbols are replaced."""
    if atom.kind == "symbol":
        name = atom.arguments[0]
        return values[name] if name in values else Dim.of(atom)
    arguments = [substitute(argument, values) for argument in atom.arguments]
    if atom.kind == "quotient":
        return arguments[0] // arguments[1]
    combine = {"min": minimum, "max": maximum, "broadcast": broadcast}[atom.kind]
    result = arguments[0]
    for argument in arguments[1:]:
        result = combine(result, argument)
    return result
