"""Operations on small constants, computed during analysis: extents that a graph computes from other extents.

Items are integers, extents (`Dim`), logicals, or floats where they are written as literals.  What cannot be computed
is None: the result is then known by type and shape only, and a run computes it.

Not here: which tensors are constants (`values/constants.py`).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from itertools import product as every
from typing import NamedTuple

from ...faults import MISTAKES, fault
from ..extents.dims import MAX_TERMS, UNKNOWN, Dim, Extent
from ..extents.extremes import maximum, minimum
from ..extents.relations import differ, less, same, truncated
from ..operations.call import Call
from ..operations.dialects import DIALECTS, STANDARD
from ..values.constants import MAX_BITS, MAX_FOLDED, flat, is_small, nested, wire
from ..values.tensor import Items, Opaque, Tensor
from ..values.values import Value


class _Unknown(Exception):
    """The items cannot be computed."""


Number = int | float | Dim
Fold = Callable[[Call, Tensor], Sequence[Items]]
"""The items of a result, in row-major order."""


def folded(call: Call, fact: Tensor) -> Items:
    """The items of a result, as nested tuples; None where they cannot be computed."""
    dialect = DIALECTS.get(call.dialect, STANDARD)
    rule = _RULES.get(dialect.plain_name(call.operation))
    if rule is None or fact.shape is None or any(not isinstance(extent, int) for extent in fact.shape):
        return None
    shape = _extents(fact)
    if math.prod(shape) > MAX_FOLDED:
        return None
    try:
        items = rule(call, fact)
    except (_Unknown, ArithmeticError, ValueError):  # ValueError: outside of a function's domain
        return None
    except MISTAKES as error:
        fault(f"folding {call.operation}", error)
        return None
    if any(item is UNKNOWN or item is None or (isinstance(item, float) and item != item) for item in items):
        return None  # what is not a number equals nothing, so that its facts would change with every evaluation
    if any(type(item) is int and item.bit_length() > MAX_BITS for item in items):
        return None  # squared again and again, a number of 100 statements would have 2^100 digits
    if len(items) != math.prod(shape):
        return None  # the items stand in a file
    return nested(items, shape)


class _Constant(NamedTuple):
    """Shape and items of a constant operand."""

    shape: tuple[int, ...]
    items: list[Items]

    def at(self, index: Sequence[int]) -> Items:
        """An item by its index."""
        return self.items[sum(step * i for step, i in zip(self._strides(), index))]

    def broadcast(self, index: Sequence[int]) -> Items:
        """An item by an index of the result: axes of extent 1 repeat, missing trailing axes too."""
        return self.items[sum(step * (i if n != 1 else 0) for step, i, n in zip(self._strides(), index, self.shape))]

    def _strides(self) -> list[int]:
        return [math.prod(self.shape[axis + 1 :]) for axis in range(len(self.shape))]


def _constant(value: Value, moved: bool = False) -> _Constant:
    """A constant operand; raises `_Unknown`, unless `moved` also for one whose items stand in a file."""
    if not isinstance(value, Tensor) or not is_small(value):
        raise _Unknown
    items = flat(value.value)
    if not moved and any(isinstance(item, Opaque) for item in items):
        raise _Unknown
    return _Constant(_extents(value), items)


def _extents(fact: Tensor) -> tuple[int, ...]:
    return tuple(extent for extent in fact.shape or () if isinstance(extent, int))


def _places(fact: Tensor) -> Iterator[tuple[int, ...]]:
    """The index of every item of a result, in row-major order."""
    return every(*map(range, _extents(fact)))


# ---- arguments and items of the kind that is needed; `_Unknown` of any other


def _number(item: Items) -> Number:
    if isinstance(item, (int, float, Dim)):
        return item
    raise _Unknown


def _real(item: Items) -> float:
    if isinstance(item, (int, float)):
        return item
    raise _Unknown


def _extent(item: Items) -> Extent:
    if isinstance(item, (int, Dim)):
        return item
    raise _Unknown


def _integer(value: Value) -> int:
    if isinstance(value, (int, float)):
        return int(value)
    raise _Unknown


def _integers(value: Value) -> list[int]:
    if isinstance(value, (list, tuple)) and all(isinstance(item, int) for item in value):
        return [item for item in value if isinstance(item, int)]
    raise _Unknown


# ---- item by item


def _unary(function: Callable[[Items], Items], name: str = "x") -> Fold:
    def fold(call: Call, fact: Tensor) -> list[Items]:
        operand = _constant(call.arguments[name])
        return [function(operand.broadcast(index)) for index in _places(fact)]

    return fold


def _binary(function: Callable[[Items, Items], Items]) -> Fold:
    def fold(call: Call, fact: Tensor) -> list[Items]:
        x, y = _constant(call.arguments["x"]), _constant(call.arguments["y"])
        return [function(x.broadcast(index), y.broadcast(index)) for index in _places(fact)]

    return fold


def _arithmetic(
    extents: Callable[[Extent, Extent], Items], numbers: Callable[[float, float], Items]
) -> Callable[[Items, Items], Items]:
    """A function of two numbers, which has another way with extents."""

    def function(a: Items, b: Items) -> Items:
        if isinstance(a, Dim) or isinstance(b, Dim):
            return extents(_extent(a), _extent(b))
        return numbers(_real(a), _real(b))

    return function


_sum = _arithmetic(lambda a, b: a + b, lambda a, b: a + b)
_difference = _arithmetic(lambda a, b: a - b, lambda a, b: a - b)
_product = _arithmetic(lambda a, b: a * b, lambda a, b: a * b)
_quotient = _arithmetic(truncated, lambda a, b: truncated(a, b) if isinstance(a, int) and isinstance(b, int) else a / b)
_most, _least = _arithmetic(maximum, max), _arithmetic(minimum, min)


def _times(a: Items, b: Items) -> Items:
    return (a and b) if isinstance(a, bool) and isinstance(b, bool) else _product(a, b)


def _power(a: Items, b: Items) -> Items:
    if isinstance(a, Dim):
        return _multiplied([a] * _integer(b)) if isinstance(b, int) and b <= MAX_TERMS else None
    if isinstance(a, int) and isinstance(b, int) and abs(b) * a.bit_length() > 4 * MAX_BITS:
        return None
    found: float | complex = _real(a) ** _real(b)
    return None if isinstance(found, complex) else found


def _less(a: Items, b: Items) -> bool | None:
    if isinstance(a, Dim) or isinstance(b, Dim):
        x, y = _extent(a), _extent(b)
        return True if less(x, y) else False if less(y - 1, x) else None
    return _real(a) < _real(b)


def _equal(a: Items, b: Items) -> bool | None:
    if isinstance(a, Dim) or isinstance(b, Dim):
        x, y = _extent(a), _extent(b)
        return True if same(x, y) else False if differ(x, y) else None
    return a == b


def _negated(value: Items) -> bool | None:
    return None if value is None else not value


def _absolute(item: Items) -> Items:
    return None if isinstance(item, Dim) else abs(_real(item))


def _floor(item: Items) -> Items:
    return float(math.floor(item)) if isinstance(item, float) else item


def _ceiling(item: Items) -> Items:
    return float(math.ceil(item)) if isinstance(item, float) else item


def _select(call: Call, fact: Tensor) -> list[Items]:
    condition = _constant(call.arguments["condition"])
    found = []
    for index in _places(fact):
        branch = "true_value" if condition.broadcast(index) else "false_value"
        found.append(_constant(call.arguments[branch]).broadcast(index))
    return found


def _same_items(name: str) -> Fold:
    return lambda call, fact: _constant(call.arguments[name], moved=True).items


def _cast(call: Call, fact: Tensor) -> list[Items]:
    found: list[Items] = []
    for item in _constant(call.arguments["input"], moved=True).items:
        if isinstance(item, Opaque):
            found.append(item)
        elif fact.dtype[:1] == "f":
            found.append(float(item) if isinstance(item, str) else float(_real(item)))
        elif fact.dtype == "bool":
            found.append(_negated(_equal(item, 0)))
        elif fact.dtype == "tdim" or fact.dtype[1:].isdigit():
            found.append(item if isinstance(item, Dim) else int(item) if isinstance(item, str) else int(_real(item)))
        else:
            raise _Unknown
    return found


# ---- moved, joined, picked


def _parts(call: Call) -> list[_Constant]:
    values = call.arguments["values"]
    return [_constant(item) for item in values] if isinstance(values, (list, tuple)) else []


def _concat(call: Call, fact: Tensor) -> list[Items]:
    parts, axis = _parts(call), _integer(call["axis"])
    found = []
    for index in _places(fact):
        at = index[axis]
        for part in parts:
            if at < part.shape[axis]:
                found.append(part.at((*index[:axis], at, *index[axis + 1 :])))
                break
            at -= part.shape[axis]
    return found


def _stack(call: Call, fact: Tensor) -> list[Items]:
    parts, axis = _parts(call), _integer(call["axis"])
    return [parts[index[axis]].at((*index[:axis], *index[axis + 1 :])) for index in _places(fact)]


def _slice(call: Call, fact: Tensor) -> list[Items]:
    input = _constant(call.arguments["input"])
    axes = _integers(call["axes"])
    strides = _integers(call.arguments.get("stride") or [1] * len(axes))
    steps = {axis: (begin, stride) for axis, begin, stride in zip(axes, _integers(call["begin"]), strides)}
    if any(stride < 0 for _, stride in steps.values()):
        raise _Unknown
    found = []
    for index in _places(fact):
        at = []
        for axis, i in enumerate(index):
            begin, stride = steps.get(axis, (0, 1))
            at.append((begin + input.shape[axis] if begin < 0 else begin) + i * stride)
            if not 0 <= at[-1] < input.shape[axis]:
                raise _Unknown
        found.append(input.at(at))
    return found


def _gather(call: Call, fact: Tensor) -> list[Items]:
    input, indices = _constant(call.arguments["input"]), _constant(call.arguments["indices"])
    axis = _integer(call["axis"])
    behind = axis + len(indices.shape)
    found = []
    for index in _places(fact):
        pick = indices.at(index[axis:behind])
        if not isinstance(pick, int):
            raise _Unknown
        pick = pick + input.shape[axis] if pick < 0 else pick
        found.append(input.at((*index[:axis], pick, *index[behind:])))
    return found


def _transpose(call: Call, fact: Tensor) -> list[Items]:
    input, axes = _constant(call.arguments["input"]), _integers(call["axes"])
    axes += range(len(axes), len(input.shape))
    found = []
    for index in _places(fact):
        at = [0] * len(input.shape)
        for place, axis in enumerate(axes):
            at[axis] = index[place]
        found.append(input.at(at))
    return found


def _tile(call: Call, fact: Tensor) -> list[Items]:
    input = _constant(call.arguments["input"])
    return [input.at([i % extent for i, extent in zip(index, input.shape)]) for index in _places(fact)]


# ---- summed up


def _reduce(function: Callable[[list[Items]], Items]) -> Fold:
    def fold(call: Call, fact: Tensor) -> list[Items]:
        input = _constant(call.arguments["input"])
        if call.arguments.get("normalize"):
            raise _Unknown
        axes = set(_integers(call["axes"]))
        found = []
        for index in _places(fact):
            ranges = [range(n) if axis in axes else [index[axis]] for axis, n in enumerate(input.shape)]
            found.append(function([input.at(at) for at in every(*ranges)]))
        return found

    return fold


def _total(items: list[Items]) -> Items:
    total: Items = 0
    for item in items:
        total = _sum(total, item)
    return total


def _multiplied(items: list[Items]) -> Items:
    product: Items = 1
    for item in items:
        product = _product(product, item)
    return product


def _largest(items: list[Items]) -> Items:
    return max(_real(item) for item in items)


def _smallest(items: list[Items]) -> Items:
    return min(_real(item) for item in items)


def _range(call: Call, fact: Tensor) -> list[Items]:
    start, step = (_first(wire(call.arguments[name])) for name in ("start", "step"))
    return [_sum(start, _product(step, index)) for index in range(_extents(fact)[0])]


def _first(value: Value) -> Items:
    if isinstance(value, Tensor):
        return value.value
    raise _Unknown


_RULES: dict[str, Fold] = {
    "add": _binary(_sum), "sub": _binary(_difference), "mul": _binary(_times), "div": _binary(_quotient),
    "min": _binary(_least), "max": _binary(_most), "pow": _binary(_power),
    "lt": _binary(_less), "gt": _binary(lambda a, b: _less(b, a)),
    "ge": _binary(lambda a, b: _negated(_less(a, b))), "le": _binary(lambda a, b: _negated(_less(b, a))),
    "eq": _binary(_equal), "ne": _binary(lambda a, b: _negated(_equal(a, b))),
    "and": _binary(lambda a, b: a and b), "or": _binary(lambda a, b: a or b), "not": _unary(_negated),
    "neg": _unary(lambda a: -_number(a)), "abs": _unary(_absolute),
    "square": _unary(lambda a: _product(a, a)), "sqr": _unary(lambda a: _product(a, a)), "copy": _same_items("x"),
    "floor": _unary(_floor), "ceil": _unary(_ceiling),
    "select": _select, "unsqueeze": _same_items("input"), "squeeze": _same_items("input"),
    "reshape": _same_items("input"), "cast": _cast, "concat": _concat, "stack": _stack, "slice": _slice,
    "gather": _gather, "transpose": _transpose, "range": _range,
    "sum_reduce": _reduce(_total), "product_reduce": _reduce(_multiplied),
    "max_reduce": _reduce(_largest), "min_reduce": _reduce(_smallest),
    "broadcast": _unary(lambda item: item, "input"), "tile": _tile,
}  # fmt: skip
FOLDED = frozenset(_RULES)
"""The operations whose declarations may say `constant: folded`, by their names without registry."""
