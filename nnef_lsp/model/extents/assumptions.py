"""What is known of symbols, and what can be proved from it.

A symbol is an extent, so it is at least 0; assertions of the document add inequalities and equations.  A statement is
proved by showing that an expression cannot be negative: by intervals, after adding facts that cancel the terms which
could make it negative.  That is no complete procedure (there is none for polynomials), but it is quick, and what it
does not prove is merely not reported.

Not here: the text of assertions (`parse.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from itertools import islice
from math import gcd

from .dims import Atom, Dim, Extent, Symbol, substitute, symbols_of

Interval = tuple[int | None, int | None]
"""Least and greatest value, None where there is no bound."""

_DEPTH = 3
"""How many facts may be combined in one proof."""
_EFFORT = 100
"""How many combinations are tried; what takes more is left unproved."""


class Assumptions:
    """Facts about symbols, taken from relations such as `S >= 1` or `S == 2*T`; immutable."""

    __slots__ = ("bounds", "facts", "replacements")

    def __init__(self, relations: Iterable[tuple[Extent, str, Extent]] = ()) -> None:
        self.replacements: dict[str, Extent] = {}
        self.facts: tuple[Dim, ...] = ()
        self.bounds: dict[str, Interval] = {}
        relations = list(relations)
        for left, relation, right in relations:
            if relation == "==":
                self._equate(left, right)
        for left, relation, right in relations:
            for fact in _facts_of(left, relation, right):
                self._learn(self.simplify(fact))

    def simplify(self, extent: Extent) -> Extent:
        """The extent with symbols replaced by what they are known to equal."""
        return substitute(extent, self.replacements) if self.replacements and isinstance(extent, Dim) else extent

    def same(self, a: Extent, b: Extent) -> bool:
        """Whether the extents are proved to be equal."""
        difference = self.simplify(a - b)
        return difference == 0 or (self._nonnegative(difference) and self._nonnegative(-difference))

    def differ(self, a: Extent, b: Extent) -> bool:
        """Whether the extents are proved to be unequal: apart, or apart by a remainder."""
        difference = self.simplify(a - b)
        if isinstance(difference, int):
            return difference != 0
        return _never_zero(difference) or self._nonnegative(difference - 1) or self._nonnegative(-difference - 1)

    def less(self, a: Extent, b: Extent) -> bool:
        """Whether `a` is proved to be smaller than `b`."""
        return self._nonnegative(self.simplify(b - a - 1))

    def at_most(self, a: Extent, b: Extent) -> bool:
        """Whether `a` is proved to be no larger than `b`."""
        return self._nonnegative(self.simplify(b - a))

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

    # ---- learning

    def _equate(self, left: Extent, right: Extent) -> None:
        """Solve an equation for a symbol, where it stands alone with the factor 1 or -1."""
        difference = self.simplify(left - right)
        if isinstance(difference, int) or difference.terms is None:
            return
        for monomial, coefficient in difference.terms.items():
            if len(monomial) == 1 and monomial[0].kind == "symbol" and abs(coefficient) == 1:
                name = monomial[0].arguments[0]
                solution = Symbol(name) - coefficient * difference
                if isinstance(solution, int) or name not in symbols_of(solution):
                    replaced = {
                        known: substitute(value, {name: solution}) for known, value in self.replacements.items()
                    }
                    self.replacements = {**replaced, name: solution}
                    return

    def _learn(self, fact: Extent) -> None:
        """Take in that an expression is not negative."""
        if isinstance(fact, int) or fact.terms is None:
            return
        symbols = [monomial for monomial in fact.terms if monomial]
        if len(symbols) == 1 and len(symbols[0]) == 1 and symbols[0][0].kind == "symbol":
            self._bound(symbols[0][0].arguments[0], fact.terms[symbols[0]], fact.terms.get((), 0))
        else:
            self.facts = (*self.facts, fact)

    def _bound(self, name: str, coefficient: int, constant: int) -> None:
        """Take in that coefficient*symbol + constant is not negative."""
        low, high = self.bounds.get(name, (0, None))
        if coefficient > 0:
            low = max(low or 0, -(constant // coefficient))
        else:
            limit = constant // -coefficient
            high = limit if high is None else min(high, limit)
        self.bounds[name] = low, high

    # ---- proving

    def _nonnegative(self, extent: Extent) -> bool:
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


def _facts_of(left: Extent, relation: str, right: Extent) -> list[Extent]:
    """Expressions that a relation says are not negative."""
    if relation == "==":
        return [left - right, right - left]
    smaller, larger = (left, right) if relation in ("<", "<=") else (right, left)
    return [larger - smaller - (1 if relation in ("<", ">") else 0)]


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


def _never_zero(difference: Dim) -> bool:
    """Whether all terms but the constant share a factor that the constant lacks."""
    if difference.terms is None:
        return False
    common = gcd(*[coefficient for monomial, coefficient in difference.terms.items() if monomial])
    return difference.terms.get((), 0) % common != 0


NOTHING_ASSUMED = Assumptions()

_in_force: ContextVar[Assumptions] = ContextVar("assumptions", default=NOTHING_ASSUMED)


def assumptions_in_force() -> Assumptions:
    """What `differ`, `same` and `less` know of symbols."""
    return _in_force.get()


@contextmanager
def assuming(assumptions: Assumptions) -> Iterator[None]:
    """Let `differ`, `same` and `less` know these assumptions."""
    token = _in_force.set(assumptions)
    try:
        yield
    finally:
        _in_force.reset(token)
