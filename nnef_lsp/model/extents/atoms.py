"""Atoms, the factors that extents are made of, and their products.

Not here: sums of products (`dims.py`).
"""

from __future__ import annotations

from typing import Any


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


def text_of(atom: Atom) -> str:
    """What atoms are sorted by."""
    return atom.text


def degree_order(monomial: Monomial) -> tuple[int, list[str]]:
    """Monomials by degree, then by their atoms."""
    return len(monomial), [atom.text for atom in monomial]


def without(monomial: Monomial, factor: Monomial) -> Monomial | None:
    """The monomial divided by another one, None where it is no factor."""
    rest = list(monomial)
    for atom in factor:
        if atom not in rest:
            return None
        rest.remove(atom)
    return tuple(rest)
