"""What a document asserts of its symbols, and what follows: whether extents are equal, unequal, or one is smaller.

Not here: the text of assertions (`parse.py`), how a statement is proved (`proofs.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from math import gcd

from .dims import Dim, Extent, Symbol, symbols_of
from .extremes import substitute
from .proofs import Proofs


class Assumptions(Proofs):
    """Facts about symbols, taken from relations such as `S >= 1` or `S == 2*T`; immutable."""

    __slots__ = ("replacements",)

    def __init__(self, relations: Iterable[tuple[Extent, str, Extent]] = ()) -> None:
        super().__init__()
        self.replacements: dict[str, Extent] = {}
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
        return difference == 0 or (self.nonnegative(difference) and self.nonnegative(-difference))

    def differ(self, a: Extent, b: Extent) -> bool:
        """Whether the extents are proved to be unequal: apart, or apart by a remainder."""
        difference = self.simplify(a - b)
        if isinstance(difference, int):
            return difference != 0
        return _never_zero(difference) or self.nonnegative(difference - 1) or self.nonnegative(-difference - 1)

    def less(self, a: Extent, b: Extent) -> bool:
        """Whether `a` is proved to be smaller than `b`."""
        return self.nonnegative(self.simplify(b - a - 1))

    def at_most(self, a: Extent, b: Extent) -> bool:
        """Whether `a` is proved to be no larger than `b`."""
        return self.nonnegative(self.simplify(b - a))

    # ---- learning

    def _equate(self, left: Extent, right: Extent) -> None:
        """Solve an equation for a symbol, where it stands alone with the factor 1 or -1."""
        difference = self.simplify(left - right)
        if isinstance(difference, int) or difference.terms is None:
            return
        first = left.terms if isinstance(left, Dim) and left.terms is not None else {}
        # what stands on the left goes, so that `S == P` leaves P, as in tract
        for monomial, coefficient in sorted(difference.terms.items(), key=lambda term: term[0] not in first):
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


def _facts_of(left: Extent, relation: str, right: Extent) -> list[Extent]:
    """Expressions that a relation says are not negative."""
    if relation == "==":
        return [left - right, right - left]
    smaller, larger = (left, right) if relation in ("<", "<=") else (right, left)
    return [larger - smaller - (1 if relation in ("<", ">") else 0)]


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
