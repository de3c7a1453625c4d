"""What can be proved of extents: that an expression is never negative.

A symbol is an extent, so it is at least 0; more may be known of it.  A statement is proved by showing that an expression
cannot be negative: by intervals, after adding facts that cancel the terms which could make it negative.  That is not a
complete procedure (there is none for polynomials), but it is quick, and what it does not prove is merely not reported.

Not here: what a document asserts (`assumptions.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from math import gcd

from .atoms import Atom
from .dims import Dim, Extent

Interval = tuple[int | None, int | None]
"""Least and greatest value, None where there is no bound."""

_DEPTH = 3
"""How many facts may be combined in one proof."""
_EFFORT = 100
"""How many combinations are tried; what takes more is left unproved."""


class Proofs:
    """Proofs from bounds of symbols, and from expressions that are known not to be negative."""

    __slots__ = ("bounds", "facts")

    def __init__(self) -> None:
        self.facts: tuple[Dim, ...] = ()
        self.bounds: dict[str, Interval] = {}

    def interval(self, extent: Extent) -> Interval:
        """Bounds of an extent."""
        if isinstance(extent, int):
            return extent, extent
        if extent.terms is None:
            return None, None
        low: int | None = 0
        high: int | None = 0
        for monomial, coefficient in extent.terms.items():
            bounds: Interval = (coefficient, coefficient)
            for atom in monomial:
                bounds = _times(bounds, self._atom_interval(atom))
            low, high = _plus(low, bounds[0]), _plus(high, bounds[1])
        return low, high

    def nonnegative(self, extent: Extent) -> bool:
        """Whether an expression is proved not to be negative, trying first what needs the fewest facts.

        Facts cancel multiples of it, so what is left is a bound of so many times the expression.  The expression is a
        whole number: if three times it is at least -2, it is at least 0.
        """
        open_ends: list[tuple[Extent, int]] = [(extent, 1)]
        effort = 0
        for _ in range(_DEPTH + 1):
            following: list[tuple[Extent, int]] = []
            for rest, scale in open_ends:
                low, _high = self.interval(rest)
                if low is not None and low > -scale:
                    return True
                effort += 1
                if effort > _EFFORT:
                    return False
                if isinstance(rest, Dim) and rest.terms is not None:
                    following += [(less, scale * by) for less, by in islice(self._without_a_risk(rest), _EFFORT)]
            open_ends = following
        return False

    def _without_a_risk(self, extent: Dim) -> Iterator[tuple[Extent, int]]:
        """The expression less some fact, scaled so that a term that counts against it cancels, and by how much."""
        assert extent.terms is not None
        risks = [(monomial, value) for monomial, value in extent.terms.items() if monomial and value < 0]
        for fact in (*self.facts, *_facts_of_atoms(extent)):
            assert fact.terms is not None
            for monomial, coefficient in risks:
                other = fact.terms.get(monomial, 0)
                if other < 0:
                    common = gcd(coefficient, other)
                    yield extent * (-other // common) - fact * (-coefficient // common), -other // common

    def _atom_interval(self, atom: Atom) -> Interval:
        """Bounds of an atom."""
        if atom.kind == "symbol":
            return self.bounds.get(atom.arguments[0], (0, None))
        if atom.kind == "quotient":
            low, high = self.interval(atom.arguments[0])
            divisor = atom.arguments[1]
            return None if low is None else low // divisor, None if high is None else high // divisor
        return _extreme_interval(atom.kind, [self.interval(argument) for argument in atom.arguments])


def _facts_of_atoms(extent: Dim) -> Iterator[Dim]:
    """What holds of quotients, minima and maxima whatever the symbols are, as expressions that are not negative."""
    assert extent.terms is not None
    for atom in {atom for monomial in extent.terms for atom in monomial if atom.kind != "symbol"}:
        whole = Dim.of(atom)
        if atom.kind == "quotient":
            numerator, divisor = atom.arguments
            found = [numerator - divisor * whole, divisor * whole + (divisor - 1) - numerator]
        elif atom.kind == "min":
            found = [argument - whole for argument in atom.arguments]
        else:
            found = [whole - argument for argument in atom.arguments]
        yield from (fact for fact in found if isinstance(fact, Dim) and fact.terms is not None)


def _extreme_interval(kind: str, intervals: list[Interval]) -> Interval:
    """Bounds of a minimum or maximum; a broadcast is the larger one, as the other is 1 or the same."""
    lows, highs = [low for low, _ in intervals], [high for _, high in intervals]
    if kind == "min":
        known = [high for high in highs if high is not None]
        return None if None in lows else min(low for low in lows if low is not None), min(known, default=None)
    known = [low for low in lows if low is not None]
    return max(known, default=None), None if None in highs else max(high for high in highs if high is not None)


def _plus(a: int | None, b: int | None) -> int | None:
    return None if a is None or b is None else a + b


def _times(a: Interval, b: Interval) -> Interval:
    """Bounds of a product; one of the two has both bounds or they are bounded from below by 0."""
    if a[0] is not None and b[0] is not None and a[0] >= 0 and b[0] >= 0:
        return a[0] * b[0], None if a[1] is None or b[1] is None else a[1] * b[1]
    if a[1] is not None and a[1] <= 0 and b[0] is not None and b[0] >= 0:
        return None if a[0] is None or b[1] is None else a[0] * b[1], a[1] * b[0]
    if None in a or None in b:
        return None, None
    corners = [x * y for x in a for y in b if x is not None and y is not None]
    return min(corners), max(corners)


BARE = Proofs()
"""What holds whatever the symbols are."""
