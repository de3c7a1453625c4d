"""Extents: how long a tensor is along one axis, as an integer, a symbolic expression, or not known at all.

An `Extent` is an `int` or a `Dim`.  A `Dim` stands for an extent that is not one fixed integer: a polynomial with
integer coefficients over atoms, which are symbols, rounded-down quotients by a positive integer, minima, maxima, and
broadcasts of two extents.  Its one member without a value is `UNKNOWN`, which absorbs all arithmetic, so that a shape
rule can be written as plain arithmetic and stays right when something is missing.

Dims are normalised and interned: equal ones are one object, arithmetic that comes out constant gives an `int`, and
integers never pass through here.  Shape rules compare extents only by `differ`, `same` and `less`, which answer True
when the statement is *proved* and False when it is refuted or open; what they know of symbols beyond `symbol >= 0` is
the `Assumptions` in force (`assumptions.py`).

Not here: how extents are written (`text.py`) and read (`parse.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import gcd
from typing import Any

from .text import atom_text, sum_text

MAX_TERMS = 64
MAX_TEXT = 500
"""A polynomial of more terms, of a higher degree, or of longer text is not a shape that anyone meant, and becomes
`UNKNOWN`: without a limit a few lines of squaring would take all memory."""


class Atom:
    """A factor that is not a sum: `kind` is symbol, quotient, min, max or broadcast.

    `arguments` is the name of a symbol, numerator and divisor of a quotient, or the extents compared.
    """

    __slots__ = ("arguments", "kind", "text")

    kind: str
    arguments: tuple[Any, ...]
    text: str


Monomial = tuple[Atom, ...]
"""A product of atoms, sorted by their text; an atom may occur several times, `()` is 1."""


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

    def substitute(self, values: Mapping[str, Extent]) -> Extent:
        """The extent with symbols replaced by name."""
        return substitute(self, values)


Extent = int | Dim
Shape = tuple[Extent, ...]


# ---- what shape rules call


def ceil_div(extent: Extent, divisor: Extent) -> Extent:
    """The extent divided by a positive divisor, rounded up."""
    if isinstance(extent, int):
        return -(-extent // divisor)
    return (extent + (divisor - 1)) // divisor


def truncated(a: Extent, b: Extent) -> Extent:
    """a / b as a graph divides whole numbers: rounded towards zero.

    Where the sign of a symbolic extent is open it is taken for positive, as every extent of a tensor is (tract does so
    too, when it writes (S - 5)/2 as -3 + (S + 1)/2).  Raises `ZeroDivisionError` for integers.
    """
    if isinstance(a, int) and isinstance(b, int):
        return -(abs(a) // abs(b)) if (a < 0) != (b < 0) else abs(a) // abs(b)
    if isinstance(b, int) and b < 0:
        return -truncated(a, -b)
    if isinstance(a, Dim) and a is not UNKNOWN and _assumptions().at_most(a, 0):
        return -(-a // b)
    return a // b


def differ(a: Extent, b: Extent) -> bool:
    """Whether the two extents are proved to be unequal."""
    if isinstance(a, int) and isinstance(b, int):
        return a != b
    return a is not b and a is not UNKNOWN and b is not UNKNOWN and _assumptions().differ(a, b)


def same(a: Extent, b: Extent) -> bool:
    """Whether the two extents are proved to be equal."""
    if a is UNKNOWN or b is UNKNOWN:
        return False
    return a == b or (not (isinstance(a, int) and isinstance(b, int)) and _assumptions().same(a, b))


def less(a: Extent, b: Extent) -> bool:
    """Whether `a` is proved to be smaller than `b`."""
    if isinstance(a, int) and isinstance(b, int):
        return a < b
    return a is not b and a is not UNKNOWN and b is not UNKNOWN and _assumptions().less(a, b)


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


def product(extents: Iterable[Extent]) -> Extent:
    """The number of items of a tensor with these extents; 1 for rank 0."""
    volume: Extent = 1
    for extent in extents:
        volume = volume * extent
        if isinstance(volume, int) and volume.bit_length() > 1000:
            return 1 << 1000  # beyond all tensors, and still a number that can be shown
    return volume


def substitute(extent: Extent, values: Mapping[str, Extent]) -> Extent:
    """The extent with symbols replaced by name."""
    if isinstance(extent, int) or extent.terms is None:
        return extent
    total: Extent = 0
    for monomial, coefficient in extent.terms.items():
        total = total + coefficient * product([_substituted(atom, values) for atom in monomial])
    return total


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

_atoms: dict[tuple[Any, ...], Atom] = {}
_dims: dict[frozenset[tuple[Monomial, int]], Dim] = {}

UNKNOWN = Dim()
UNKNOWN.terms, UNKNOWN.text = None, "?"


def Symbol(name: str) -> Dim:
    """The extent that goes by this name."""
    return Dim.of(_atom("symbol", (name,)))


def _atom(kind: str, arguments: tuple[Any, ...]) -> Atom:
    """The one atom of this kind and these arguments."""
    found = _atoms.get((kind, arguments))
    if found is None:
        found = Atom()
        found.kind, found.arguments, found.text = kind, arguments, atom_text(kind, arguments)
        found = _atoms.setdefault((kind, arguments), found)  # another thread may have been faster
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
        found = _dims.setdefault(key, found)
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
            monomial = tuple(sorted(first + second, key=_text_of)) if first and second else first or second
            terms[monomial] = terms.get(monomial, 0) + x * y
    return _made(terms)


def _text_of(atom: Atom) -> str:
    return atom.text


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
    return Dim.of(_atom("quotient", (rest, divisor)))


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
    leading = max(b.terms, key=_degree_order)
    for _ in range(MAX_TERMS):
        if a == 0:
            return result
        terms = _terms(a)
        if terms is None:
            break
        highest = max(terms, key=_degree_order)
        missing = _without(highest, leading)
        if missing is None or terms[highest] % b.terms[leading]:
            break
        part = _made({missing: terms[highest] // b.terms[leading]})
        result, a = result + part, a - part * b
    return UNKNOWN


def _degree_order(monomial: Monomial) -> tuple[int, list[str]]:
    """Monomials by degree, then by their atoms."""
    return len(monomial), [atom.text for atom in monomial]


def _without(monomial: Monomial, factor: Monomial) -> Monomial | None:
    """The monomial divided by another one, None where it is no factor."""
    rest = list(monomial)
    for atom in factor:
        if atom not in rest:
            return None
        rest.remove(atom)
    return tuple(rest)


# ---- minima, maxima, broadcasts


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
    return Dim.of(_atom(kind, tuple(sorted(items, key=_symbols_first)))) if len(items) <= MAX_TERMS else UNKNOWN


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
    from .assumptions import NOTHING_ASSUMED

    if kind == "broadcast":
        return item == other or item == 1
    smaller, larger = (other, item) if kind == "min" else (item, other)
    return NOTHING_ASSUMED.at_most(smaller, larger)


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


def _assumptions() -> Any:
    """What is known of symbols at the moment."""
    from .assumptions import assumptions_in_force

    return assumptions_in_force()
