"""Extents: how long a tensor is along one axis, as an integer, a symbolic expression, or not known at all.

An `Extent` is an `int` or a `Dim`.  A `Dim` stands for an extent that is not one fixed integer: a polynomial with
integer coefficients over atoms, which are symbols, rounded-down quotients by a positive integer, minima, maxima, and
broadcasts of two extents.  Its one member without a value is `UNKNOWN`, which absorbs all arithmetic, so that a shape
rule can be written as plain arithmetic and stays right when something is missing.

Dims are normalised and interned: equal ones are one object, arithmetic that comes out constant gives an `int`, and
integers never pass through here.

Not here: how extents are compared (`relations.py`), minima and maxima (`extremes.py`), how extents are written
(`text.py`) and read from a text (`parse.py`).
"""

from __future__ import annotations

from collections.abc import Iterable
from math import gcd
from typing import Any

from .atoms import Atom, Monomial, degree_order, text_of, without
from .interning import Interned
from .text import atom_text, sum_text

MAX_TERMS = 64
MAX_TEXT = 500
"""A polynomial of more terms, of a higher degree, or of longer text is not a shape that anyone meant, and becomes
`UNKNOWN`: without a limit a few lines of squaring would take all memory."""


class Dim:
    """An extent that is not one known integer; `terms` is None for `UNKNOWN`."""

    __slots__ = ("terms", "text")

    terms: dict[Monomial, int] | None
    text: str

    def __add__(self, other: Extent) -> Extent:
        return _sum(self, other, 1) if isinstance(other, (int, Dim)) else NotImplemented

    __radd__ = __add__

    def __sub__(self, other: Extent) -> Extent:
        return _sum(self, other, -1) if isinstance(other, (int, Dim)) else NotImplemented

    def __rsub__(self, other: Extent) -> Extent:
        return _sum(-self, other, 1) if isinstance(other, (int, Dim)) else NotImplemented

    def __mul__(self, other: Extent) -> Extent:
        return _product(self, other) if isinstance(other, (int, Dim)) else NotImplemented

    __rmul__ = __mul__

    def __neg__(self) -> Extent:
        return _product(self, -1)

    def __floordiv__(self, other: Extent) -> Extent:
        return _quotient(self, other) if isinstance(other, (int, Dim)) else NotImplemented

    def __rfloordiv__(self, other: Extent) -> Extent:
        return _quotient(other, self) if isinstance(other, (int, Dim)) else NotImplemented

    def __repr__(self) -> str:
        return self.text

    @staticmethod
    def of(atom: Atom) -> Dim:
        """The extent that is just this atom."""
        made = _made({(atom,): 1})
        return made if isinstance(made, Dim) else UNKNOWN


Extent = int | Dim
Shape = tuple[Extent, ...]


def ceil_div(extent: Extent, divisor: Extent) -> Extent:
    """The extent divided by a positive divisor, rounded up."""
    if isinstance(extent, int):
        return -(-extent // divisor)
    return (extent + (divisor - 1)) // divisor


def product(extents: Iterable[Extent]) -> Extent:
    """The number of items of a tensor with these extents; 1 for rank 0."""
    volume: Extent = 1
    for extent in extents:
        volume = volume * extent
        if isinstance(volume, int) and volume.bit_length() > 1000:
            return 1 << 1000  # beyond all tensors, and still a number that can be shown
    return volume


def symbols_of(extent: Extent) -> frozenset[str]:
    """The names of the symbols in an extent."""
    if isinstance(extent, int) or extent.terms is None:
        return frozenset()
    names: set[str] = set()
    for atom in {atom for monomial in extent.terms for atom in monomial}:
        if atom.kind == "symbol":
            names.add(atom.arguments[0])
        else:
            names.update(*map(symbols_of, atom.arguments))
    return frozenset(names)


def format_shape(shape: Shape | None) -> str:
    """`[1, 3, S + 1]`, or `[..]` where even the rank is unknown."""
    return "[..]" if shape is None else "[" + ", ".join(map(str, shape)) + "]"


# ---- making dims

_atoms: Interned[tuple[str, tuple[Any, ...]], Atom] = Interned()
_dims: Interned[frozenset[tuple[Monomial, int]], Dim] = Interned()

UNKNOWN = Dim()
UNKNOWN.terms, UNKNOWN.text = None, "?"


def Symbol(name: str) -> Dim:
    """The extent that goes by this name."""
    return Dim.of(interned_atom("symbol", (name,)))


def interned_atom(kind: str, arguments: tuple[Any, ...]) -> Atom:
    """The one atom of this kind and these arguments."""
    found = _atoms.get((kind, arguments))
    if found is None:
        found = Atom()
        found.kind, found.arguments, found.text = kind, arguments, atom_text(kind, arguments)
        found = _atoms.keep((kind, arguments), found)
    return found


def _made(terms: dict[Monomial, int]) -> Extent:
    """The one extent that is this sum."""
    terms = {monomial: coefficient for monomial, coefficient in terms.items() if coefficient}
    if not terms:
        return 0
    if len(terms) > 1:
        whole = _parts_of_whole(terms)
        if whole is not None:
            return whole
    if len(terms) == 1 and () in terms:
        return terms[()]
    if len(terms) > MAX_TERMS or max(map(len, terms)) > MAX_TERMS:
        return UNKNOWN
    key = frozenset(terms.items())
    found = _dims.get(key)
    if found is None:
        text = sum_text(terms)
        if len(text) > MAX_TEXT:
            return UNKNOWN
        found = Dim()
        found.terms, found.text = terms, text
        found = _dims.keep(key, found)
    return found


def _terms(extent: Extent) -> dict[Monomial, int] | None:
    """The terms of an extent, None for `UNKNOWN`."""
    return {(): extent} if isinstance(extent, int) else extent.terms


def _sum(a: Extent, b: Extent, sign: int) -> Extent:
    """a + sign * b."""
    left, right = _terms(a), _terms(b)
    if left is None or right is None:
        return UNKNOWN
    terms = dict(left)
    for monomial, coefficient in right.items():
        terms[monomial] = terms.get(monomial, 0) + sign * coefficient
    return _made(terms)


def _product(a: Extent, b: Extent) -> Extent:
    """a * b."""
    left, right = _terms(a), _terms(b)
    if left is None or right is None or len(left) * len(right) > MAX_TERMS**2:
        return UNKNOWN
    terms: dict[Monomial, int] = {}
    for first, x in left.items():
        for second, y in right.items():
            monomial = tuple(sorted(first + second, key=text_of)) if first and second else first or second
            terms[monomial] = terms.get(monomial, 0) + x * y
    return _made(terms)


# ---- division


def _quotient(a: Extent, b: Extent) -> Extent:
    """a divided by b, rounded down; `UNKNOWN` where b is symbolic and leaves a remainder."""
    if a is UNKNOWN or b is UNKNOWN or b == 0:
        return UNKNOWN
    if isinstance(b, Dim):
        return _exact_quotient(a, b)
    if isinstance(a, int):
        return a // b
    return _rounded(-a, -b) if b < 0 else _rounded(a, b)


def _rounded(extent: Extent, divisor: int) -> Extent:
    """The extent divided by a positive integer, rounded down.

    Whole multiples of the divisor leave the quotient and common factors cancel, which makes the form unique:
    (2*S + 4)/2 is S + 2, (2*S + 3)/4 is (S + 1)/2, (3*S)/2 is S + S/2.  A purely negative numerator is written with
    the sign in front, so that -((-S)/2) and (S + 1)/2 are the same.
    """
    if isinstance(extent, int) or extent.terms is None:
        return extent // divisor
    if all(coefficient < 0 for monomial, coefficient in extent.terms.items() if monomial):
        return -_rounded(divisor - 1 - extent, divisor)
    whole = {monomial: coefficient // divisor for monomial, coefficient in extent.terms.items()}
    rest = {monomial: coefficient % divisor for monomial, coefficient in extent.terms.items() if coefficient % divisor}
    common = gcd(divisor, *[coefficient for monomial, coefficient in rest.items() if monomial])
    rest = {monomial: coefficient // common for monomial, coefficient in rest.items()}
    return _made(whole) + _proper(_made(rest), divisor // common)


def _proper(rest: Extent, divisor: int) -> Extent:
    """A quotient from which everything whole has been taken; a quotient of a quotient is one quotient."""
    if isinstance(rest, int) or rest.terms is None or divisor == 1:
        return rest // divisor
    quotients = [monomial for monomial in rest.terms if any(atom.kind == "quotient" for atom in monomial)]
    if len(quotients) == 1 and len(quotients[0]) == 1 and rest.terms[quotients[0]] == 1:
        numerator, inner = quotients[0][0].arguments
        return _rounded(numerator + inner * (rest - Dim.of(quotients[0][0])), divisor * inner)
    return Dim.of(interned_atom("quotient", (rest, divisor)))


def _parts_of_whole(terms: dict[Monomial, int]) -> Extent | None:
    """The sum with S/2 + (S + 1)/2 as S, S/3 + (S + 1)/3 + (S + 2)/3 as S and so on; None if there is no such part.

    What is cut in parts that differ by at most one is whole again when they are joined (Hermite's identity).
    """
    groups: dict[tuple[Monomial, int, Extent], dict[int, Monomial]] = {}
    for monomial in terms:
        for at, atom in enumerate(monomial):
            if atom.kind == "quotient":
                numerator, divisor = atom.arguments
                constant = numerator.terms.get((), 0)
                others = monomial[:at] + monomial[at + 1 :]
                groups.setdefault((others, divisor, numerator - constant), {})[constant] = monomial
    for (others, divisor, numerator), parts in groups.items():
        factors = [terms[monomial] for monomial in parts.values()]
        if len(parts) < divisor or min(factors) < 0 < max(factors):
            continue
        common = min(factors, key=abs)
        rest = dict(terms)
        for monomial in parts.values():
            rest[monomial] -= common
        return _made(rest) + common * numerator * _made({others: 1})
    return None


def _exact_quotient(a: Extent, b: Dim) -> Extent:
    """a divided by a symbolic extent, `UNKNOWN` where that leaves a remainder: long division by leading terms."""
    if b.terms is None:
        return UNKNOWN
    result: Extent = 0
    leading = max(b.terms, key=degree_order)
    for _ in range(MAX_TERMS):
        if a == 0:
            return result
        terms = _terms(a)
        if terms is None:
            break
        highest = max(terms, key=degree_order)
        missing = without(highest, leading)
        if missing is None or terms[highest] % b.terms[leading]:
            break
        part = _made({missing: terms[highest] // b.terms[leading]})
        result, a = result + part, a - part * b
    return UNKNOWN
