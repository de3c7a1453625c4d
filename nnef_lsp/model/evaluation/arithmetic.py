"""Operators and conversions on attribute values (section 3.3.3): numbers, logicals, strings, arrays, extents.

Not here: operators on tensors, which are operations.
"""

from __future__ import annotations

import operator
from collections.abc import Callable

from ..extents.dims import UNKNOWN, Dim, Extent
from ..extents.relations import truncated
from ..values.constants import MAX_BITS
from ..values.tensor import NOTHING_KNOWN, Opaque
from ..values.types import LOGICAL, STRING, Type, castable
from ..values.values import Value, type_of

MAX_ITEMS = 1_000_000
"""Longest array or string that an expression may make, the items of arrays inside counted."""


class Impossible(Exception):
    """The operator is not defined for these values, or the result is too large to be meant."""

    def __init__(self, reason: str = "", too_large: bool = False) -> None:
        super().__init__(reason)
        self.too_large = too_large


Real = int | float
Number = int | float | Dim


def unary(sign: str, value: Value) -> Value:
    """`-value`, `+value` or `!value`."""
    kind = type_of(value)
    if sign == "!":
        if isinstance(value, bool):
            return not value
        if castable(kind, LOGICAL):
            return Opaque(LOGICAL)
        raise Impossible
    if isinstance(value, (int, float, Dim)) and not isinstance(value, bool):
        return -value if sign == "-" else value
    if kind.kind == "any" or (kind.kind == "primitive" and kind.name in ("integer", "scalar", "?")):
        return value
    raise Impossible


_REAL: dict[str, Callable[[Real, Real], Real]] = {"+": operator.add, "-": operator.sub, "*": operator.mul}
_EXTENTS: dict[str, Callable[[Extent, Extent], Extent]] = {"+": operator.add, "-": operator.sub, "*": operator.mul}
_COMPARISON: dict[str, Callable[[Value, Value], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
}
_ORDER: dict[str, Callable[[Real, Real], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def binary(sign: str, left: Value, right: Value, strict: bool) -> Value:
    """`left sign right`; raises `Impossible`."""
    if sign == "in":
        return _contains(left, right)
    if sign in ("&&", "||"):
        return _logical(sign, left, right)
    if sign == "+" and isinstance(left, list) and isinstance(right, list):
        return _joined(left, right, strict)
    if sign == "*" and isinstance(left, (list, str)) and isinstance(right, int) and not isinstance(right, bool):
        if volume(left) * right > MAX_ITEMS:
            raise Impossible(f"it has {volume(left) * right} items, more than {MAX_ITEMS}", too_large=True)
        return left * right
    if isinstance(left, (list, tuple)) and isinstance(right, (list, tuple)) and sign in ("==", "!="):
        return (left == right) == (sign == "==")
    kinds = type_of(left), type_of(right)
    if isinstance(left, Opaque) or isinstance(right, Opaque):
        return _unknown(sign, *kinds)
    if sign in _COMPARISON or sign in _ORDER:
        return _compare(sign, left, right, strict)
    if isinstance(left, str) and isinstance(right, str) and sign == "+":
        return left + right
    if isinstance(left, Dim) or isinstance(right, Dim):
        return _extents(sign, left, right)
    if strict and type(left) is not type(right):
        raise Impossible
    if sign == "^" and not strict and isinstance(left, int) and isinstance(right, int):
        raise Impossible("whole numbers are extents here, of which there are no powers")
    return _arithmetic(sign, _real(left), _real(right))


def _real(value: Value) -> Real:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return value
    raise Impossible


def volume(value: Value) -> int:
    """How many items an array or string has, those of arrays inside counted."""
    if isinstance(value, list) and any(type(item) in (list, tuple) for item in value):
        return sum(map(volume, value))
    return max(1, len(value)) if isinstance(value, (list, tuple, str)) else 1


def _arithmetic(sign: str, left: Real, right: Real) -> Real:
    try:
        if sign == "^":
            return _power(left, right)
        if sign == "/":
            if right == 0 and isinstance(left, int) and isinstance(right, int):
                raise Impossible("it divides by zero")
            if right == 0:
                return left * float("inf")  # as the arithmetic of scalars has it; nan for 0.0 / 0.0
            # cut towards zero, as Khronos' and tract's readers do; the specification does not say
            return _quotient(left, right) if isinstance(left, int) and isinstance(right, int) else left / right
        value = _REAL[sign](left, right)
    except OverflowError:
        raise Impossible("the result is too large", too_large=True) from None
    return _bounded(value)


def _quotient(left: int, right: int) -> int:
    found = truncated(left, right)
    assert isinstance(found, int)
    return found


def _power(left: Real, right: Real) -> Real:
    if isinstance(left, int) and isinstance(right, int):
        if right < 0:
            return 0 if abs(left) > 1 else _negative_power(left, right)
        if abs(left) > 1 and right * left.bit_length() > 4 * MAX_BITS:
            raise Impossible("the result is too large", too_large=True)
    value: float | complex = left**right if left or right >= 0 else float("inf")
    if isinstance(value, complex):
        raise Impossible("the result is not a real number")
    return _bounded(value)


def _negative_power(left: int, right: int) -> int:
    if left == 0:
        raise Impossible("it divides by zero")
    return left if right % 2 else 1


def _bounded(value: Real) -> Real:
    if isinstance(value, int) and value.bit_length() > MAX_BITS:
        raise Impossible("the result is too large", too_large=True)
    return value


def _extents(sign: str, left: Value, right: Value) -> Value:
    left, right = _number(left), _number(right)
    if isinstance(left, float) or isinstance(right, float):
        return Opaque(Type("primitive", "scalar"))
    if sign == "/" and isinstance(right, Dim):
        if right is not UNKNOWN and left // right is not UNKNOWN:
            return left // right
        raise Impossible(f"an extent can be divided by a number, not by the extent {right}")
    if sign == "/":
        if right == 0:
            raise Impossible("it divides by zero")
        return truncated(left, right)
    if sign == "^":
        raise Impossible("there are no powers of extents")
    if isinstance(left, (int, Dim)) and isinstance(right, (int, Dim)):
        return _EXTENTS[sign](left, right)
    raise Impossible


def _number(value: Value) -> Number:
    return value if isinstance(value, Dim) else _real(value)


def _compare(sign: str, left: Value, right: Value, strict: bool) -> Value:
    if isinstance(left, Dim) or isinstance(right, Dim):
        return Opaque(LOGICAL)
    same = type(left) is type(right)
    if not same and (strict or not all(isinstance(v, (int, float)) for v in (left, right))):
        raise Impossible
    return _COMPARISON[sign](left, right) if sign in _COMPARISON else _ORDER[sign](_real(left), _real(right))


def _logical(sign: str, left: Value, right: Value) -> Value:
    if not castable(type_of(left), LOGICAL) or not castable(type_of(right), LOGICAL):
        raise Impossible
    if isinstance(left, bool) and isinstance(right, bool):
        return (left and right) if sign == "&&" else (left or right)
    for value in (left, right):
        if value is (sign == "||"):
            return value
    return Opaque(LOGICAL)


def _contains(item: Value, items: Value) -> Value:
    kind = type_of(items)
    if kind.kind not in ("array", "empty", "any"):
        raise Impossible
    if isinstance(items, list) and not isinstance(item, Opaque):
        if not any(isinstance(member, Opaque) for member in items):
            return any(type(member) is type(item) and member == item for member in items)
    return Opaque(LOGICAL)


def _joined(left: list[Value], right: list[Value], strict: bool) -> list[Value]:
    a, b = type_of(left), type_of(right)
    if strict and not castable(a, b) and not castable(b, a):
        raise Impossible
    if volume(left) + volume(right) > MAX_ITEMS:
        raise Impossible("the array is too long", too_large=True)
    return left + right


def _unknown(sign: str, left: Type, right: Type) -> Opaque:
    """The result of an operator when an operand is known by type only."""
    if "any" in (left.kind, right.kind):
        return Opaque(LOGICAL) if sign in _COMPARISON or sign in _ORDER else NOTHING_KNOWN
    if sign == "*" and left.kind in ("array", "empty") and right.name == "integer":
        return Opaque(left)
    if sign == "*" and left == STRING and right.name == "integer":
        return Opaque(STRING)
    if sign == "+" and {left.kind, right.kind} <= {"array", "empty"}:
        if not castable(left, right) and not castable(right, left):
            raise Impossible
        return Opaque(right if castable(left, right) else left)
    if left.kind != "primitive" or right.kind != "primitive":
        if sign in _COMPARISON and (castable(left, right) or castable(right, left)):
            return Opaque(LOGICAL)
        raise Impossible
    if not castable(left, right) and not castable(right, left):
        raise Impossible
    if sign in _COMPARISON or sign in _ORDER:
        if sign in _ORDER and left.name in ("logical", "string"):
            raise Impossible
        return Opaque(LOGICAL)
    if left == STRING and sign == "+":
        return Opaque(STRING)
    if left.name in ("logical", "string"):
        raise Impossible
    return Opaque(right if left.name == "?" else left)
