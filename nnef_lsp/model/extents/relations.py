"""How extents compare: `differ`, `same` and `less`, as shape rules ask.

They answer True when the statement is *proved* and False when it is refuted or open; what they know of symbols beyond
`symbol >= 0` is the `Assumptions` in force.

Not here: proving (`proofs.py`), what is assumed (`assumptions.py`).
"""

from __future__ import annotations

from .assumptions import assumptions_in_force
from .dims import UNKNOWN, Dim, Extent


def differ(a: Extent, b: Extent) -> bool:
    """Whether the two extents are proved to be unequal."""
    if isinstance(a, int) and isinstance(b, int):
        return a != b
    return a is not b and a is not UNKNOWN and b is not UNKNOWN and assumptions_in_force().differ(a, b)


def same(a: Extent, b: Extent) -> bool:
    """Whether the two extents are proved to be equal."""
    if a is UNKNOWN or b is UNKNOWN:
        return False
    return a == b or (not (isinstance(a, int) and isinstance(b, int)) and assumptions_in_force().same(a, b))


def settled(extent: Extent) -> Extent:
    """The extent with symbols replaced by what they are asserted to equal."""
    return assumptions_in_force().simplify(extent)


def less(a: Extent, b: Extent) -> bool:
    """Whether `a` is proved to be smaller than `b`."""
    if isinstance(a, int) and isinstance(b, int):
        return a < b
    return a is not b and a is not UNKNOWN and b is not UNKNOWN and assumptions_in_force().less(a, b)


def truncated(a: Extent, b: Extent) -> Extent:
    """a / b as a graph divides whole numbers: rounded towards zero.

    Where the sign of a symbolic extent is open it is taken for positive, as every extent of a tensor is (tract does so
    too, when it writes (S - 5)/2 as -3 + (S + 1)/2).  Raises `ZeroDivisionError` for integers.
    """
    if isinstance(a, int) and isinstance(b, int):
        return -(abs(a) // abs(b)) if (a < 0) != (b < 0) else abs(a) // abs(b)
    if isinstance(b, int) and b < 0:
        return -truncated(a, -b)
    if isinstance(a, Dim) and a is not UNKNOWN and assumptions_in_force().at_most(a, 0):
        return -(-a // b)
    return a // b
