"""How extents are written: `2*S*T + S - 1`, `(S + 3)/4`, `min(S, 4)`.

The text is read alike by tract's grammar for extents (`parse.py`) and by that of NNEF expressions.
"""

from __future__ import annotations

from typing import Any

from .atoms import Monomial


def sum_text(terms: dict[Monomial, int]) -> str:
    """`2*S*T + S - 1`: higher degrees first, the constant last unless everything else is subtracted from it."""
    names = sorted((monomial for monomial in terms if monomial), key=lambda m: (-len(m), [atom.text for atom in m]))
    rising = [monomial for monomial in names if terms[monomial] > 0]
    falling = [monomial for monomial in names if terms[monomial] < 0]
    constant: list[Monomial] = [()] if () in terms else []
    order = rising + falling + constant if rising or terms.get((), -1) < 0 else constant + falling
    first, *others = order
    text = _term_text(first, terms[first]) if terms[first] > 0 else "-" + _negated_text(first, -terms[first])
    for monomial in others:
        sign = "-" if terms[monomial] < 0 else "+"
        text += f" {sign} {_term_text(monomial, abs(terms[monomial]))}"
    return text


def _term_text(monomial: Monomial, coefficient: int) -> str:
    """`2*S*T`, with parentheses around quotients that are multiplied."""
    if not monomial:
        return str(coefficient)
    several = len(monomial) > 1 or coefficient != 1
    factors = [f"({atom.text})" if several and atom.kind == "quotient" else atom.text for atom in monomial]
    return "*".join(([str(coefficient)] if coefficient != 1 else []) + factors)


def _negated_text(monomial: Monomial, coefficient: int) -> str:
    """What stands behind a sign; -S/2 would be read as (-S)/2."""
    text = _term_text(monomial, coefficient)
    return f"({text})" if len(monomial) == 1 and coefficient == 1 and monomial[0].kind == "quotient" else text


def atom_text(kind: str, arguments: tuple[Any, ...]) -> str:
    """`S`, `(S + 3)/4`, `min(S, 4)`."""
    if kind == "symbol":
        return str(arguments[0])
    if kind == "quotient":
        numerator, divisor = arguments
        simple = (
            len(numerator.terms) == 1 and next(iter(numerator.terms.items()))[1] == 1 and _lone_symbol(numerator.terms)
        )
        return f"{numerator}/{divisor}" if simple else f"({numerator})/{divisor}"
    return f"{kind}({', '.join(map(str, arguments))})"


def _lone_symbol(terms: dict[Monomial, int]) -> bool:
    """Whether an extent of one term is a single atom that needs no parentheses before a division."""
    (monomial,) = terms
    return len(monomial) == 1 and monomial[0].kind != "quotient"
