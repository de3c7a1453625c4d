"""Operations on small constants, computed during analysis: extents that a graph computes from other extents.

Items are integers, extents (`Dim`), logicals, or floats where they are written as literals.  What cannot be computed
is None: the result is then known by type and shape only, and a run computes it.

Not here: which tensors are constants (`values/constants.py`).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import product as every
from typing import Any

from ..extents.dims import UNKNOWN, Dim
from ..extents.extremes import maximum, minimum
from ..extents.relations import differ, less, same, truncated
from ..operations.call import Call
from ..values.constants import MAX_FOLDED, flat, is_small, nested, wire
from ..values.tensor import Tensor
from ..values.values import Opaque


class _Unknown(Exception):
    """The items cannot be computed."""


def folded(call: Call, fact: Tensor) -> Any:
    """The items of a result, as nested tuples; None where they cannot be computed."""
    rule = _RULES.get(call.operation)
    if rule is None or fact.shape is None or any(not isinstance(extent, int) for extent in fact.shape):
        return None
    if math.prod(extent for extent in fact.shape if isinstance(extent, int)) > MAX_FOLDED:
        return None
    try:
        items = rule(call, fact)
    except (_Unknown, TypeError, ValueError, IndexError, ZeroDivisionError, OverflowError, AttributeError):
        return None
    if any(item is UNKNOWN or item is None or (isinstance(item, float) and item != item) for item in items):
        return None  # what is not a number equals nothing, so that its facts would change with every evaluation
    if len(items) != math.prod(fact.shape):
        return None  # the items stand in a file
    return nested(items, fact.shape)


def _constant(fact: Any, moved: bool = False) -> tuple[tuple[int, ...], list[Any]]:
    """Shape and items of a constant; raises `_Unknown`, unless `moved` also for items that stand in a file."""
    if not isinstance(fact, Tensor) or not is_small(fact):
        raise _Unknown
    items = flat(fact.value)
    if not moved and any(isinstance(item, Opaque) for item in items):
        raise _Unknown
    return tuple(fact.shape or ()), items  # type: ignore[arg-type]


def _strides(shape: tuple[int, ...]) -> list[int]:
    return [math.prod(shape[axis + 1 :]) for axis in range(len(shape))]


def _read(shape: tuple[int, ...], items: list[Any], index: tuple[int, ...]) -> Any:
    """An item by index, broadcast: axes of extent 1 repeat, missing trailing axes too."""
    at = sum(step * (i if extent != 1 else 0) for step, i, extent in zip(_strides(shape), index, shape))
    return items[at]


def _elementwise(*names: str) -> Callable[[Callable[..., Any]], Callable[[Call, Tensor], list[Any]]]:
    def rule(function: Callable[..., Any]) -> Callable[[Call, Tensor], list[Any]]:
        def compute(call: Call, fact: Tensor) -> list[Any]:
            operands = [_constant(call.arguments[name]) for name in names]
            return [
                function(*(_read(*operand, index) for operand in operands))
                for index in every(*map(range, fact.shape or ()))  # type: ignore[arg-type]
            ]

        return compute

    return rule


def _divide(a: Any, b: Any) -> Any:
    if isinstance(a, float) or isinstance(b, float):
        return a / b
    return truncated(a, b)


def _less(a: Any, b: Any) -> Any:
    if isinstance(a, Dim) or isinstance(b, Dim):
        return True if less(a, b) else False if less(b - 1, a) else None
    return a < b


def _equal(a: Any, b: Any) -> Any:
    if isinstance(a, Dim) or isinstance(b, Dim):
        return True if same(a, b) else False if differ(a, b) else None
    return a == b


def _negated(value: Any) -> Any:
    return None if value is None else not value


def _least(a: Any, b: Any) -> Any:
    return minimum(a, b) if isinstance(a, Dim) or isinstance(b, Dim) else min(a, b)


def _most(a: Any, b: Any) -> Any:
    return maximum(a, b) if isinstance(a, Dim) or isinstance(b, Dim) else max(a, b)


def _times(a: Any, b: Any) -> Any:
    return (a and b) if isinstance(a, bool) and isinstance(b, bool) else a * b


def _select(call: Call, fact: Tensor) -> list[Any]:
    condition = _constant(call.arguments["condition"])
    found = []
    for index in every(*map(range, fact.shape or ())):  # type: ignore[arg-type]
        branch = "true_value" if _read(*condition, index) else "false_value"
        found.append(_read(*_constant(call.arguments[branch]), index))
    return found


def _same_items(name: str) -> Callable[[Call, Tensor], list[Any]]:
    return lambda call, fact: _constant(call.arguments[name], moved=True)[1]


def _cast(call: Call, fact: Tensor) -> list[Any]:
    found: list[Any] = []
    for item in _constant(call.arguments["input"], moved=True)[1]:
        if isinstance(item, Opaque):
            found.append(item)
        elif fact.dtype[:1] == "f":
            if isinstance(item, Dim):
                raise _Unknown
            found.append(float(item))
        elif fact.dtype == "bool":
            found.append(_negated(_equal(item, 0)))
        elif fact.dtype == "tdim" or fact.dtype[1:].isdigit():
            found.append(item if isinstance(item, Dim) else int(item))
        else:
            raise _Unknown
    return found


def _concat(call: Call, fact: Tensor) -> list[Any]:
    parts = [_constant(item) for item in call.arguments["values"]]
    axis = int(call["axis"])
    found = []
    for index in every(*map(range, fact.shape or ())):  # type: ignore[arg-type]
        at = index[axis]
        for shape, items in parts:
            if at < shape[axis]:
                found.append(_read_exact(shape, items, (*index[:axis], at, *index[axis + 1 :])))
                break
            at -= shape[axis]
    return found


def _read_exact(shape: tuple[int, ...], items: list[Any], index: tuple[int, ...]) -> Any:
    return items[sum(step * i for step, i in zip(_strides(shape), index))]


def _stack(call: Call, fact: Tensor) -> list[Any]:
    parts = [_constant(item) for item in call.arguments["values"]]
    axis = int(call["axis"])
    return [
        _read_exact(*parts[index[axis]], (*index[:axis], *index[axis + 1 :]))
        for index in every(*map(range, fact.shape or ()))  # type: ignore[arg-type]
    ]


def _slice(call: Call, fact: Tensor) -> list[Any]:
    shape, items = _constant(call.arguments["input"])
    strides = call.arguments.get("stride") or [1] * len(call["axes"])
    steps = {axis: (begin, stride) for axis, begin, stride in zip(call["axes"], call["begin"], strides)}
    if any(not isinstance(begin, int) or stride < 0 for begin, stride in steps.values()):
        raise _Unknown
    found = []
    for index in every(*map(range, fact.shape or ())):  # type: ignore[arg-type]
        at = []
        for axis, i in enumerate(index):
            begin, stride = steps.get(axis, (0, 1))
            at.append((begin + shape[axis] if begin < 0 else begin) + i * stride)
            if not 0 <= at[-1] < shape[axis]:
                raise _Unknown
        found.append(_read_exact(shape, items, tuple(at)))
    return found


def _gather(call: Call, fact: Tensor) -> list[Any]:
    shape, items = _constant(call.arguments["input"])
    places, picks = _constant(call.arguments["indices"])
    axis = int(call["axis"])
    found = []
    for index in every(*map(range, fact.shape or ())):  # type: ignore[arg-type]
        pick = _read_exact(places, picks, index[axis : axis + len(places)])
        pick = pick + shape[axis] if pick < 0 else pick
        found.append(_read_exact(shape, items, (*index[:axis], pick, *index[axis + len(places) :])))
    return found


def _transpose(call: Call, fact: Tensor) -> list[Any]:
    shape, items = _constant(call.arguments["input"])
    axes = [*call["axes"], *range(len(call["axes"]), len(shape))]
    found = []
    for index in every(*map(range, fact.shape or ())):  # type: ignore[arg-type]
        at = [0] * len(shape)
        for place, axis in enumerate(axes):
            at[axis] = index[place]
        found.append(_read_exact(shape, items, tuple(at)))
    return found


def _reduce(function: Callable[[list[Any]], Any]) -> Callable[[Call, Tensor], list[Any]]:
    def compute(call: Call, fact: Tensor) -> list[Any]:
        shape, items = _constant(call.arguments["input"])
        if call.arguments.get("normalize"):
            raise _Unknown
        axes = set(call["axes"])
        found = []
        for index in every(*map(range, fact.shape or ())):  # type: ignore[arg-type]
            ranges = [range(extent) if axis in axes else [index[axis]] for axis, extent in enumerate(shape)]
            found.append(function([_read_exact(shape, items, at) for at in every(*ranges)]))
        return found

    return compute


def _product(items: list[Any]) -> Any:
    found: Any = 1
    for item in items:
        found = found * item
    return found


def _range(call: Call, fact: Tensor) -> list[Any]:
    start, step = (wire(call.arguments[name]).value for name in ("start", "step"))
    return [start + step * index for index in range(int(fact.shape[0]))]  # type: ignore[index, arg-type]


_binary, _unary = _elementwise("x", "y"), _elementwise("x")
_RULES: dict[str, Callable[[Call, Tensor], list[Any]]] = {
    "add": _binary(lambda a, b: a + b), "sub": _binary(lambda a, b: a - b), "mul": _binary(_times),
    "div": _binary(_divide), "min": _binary(_least), "max": _binary(_most),
    "pow": _binary(lambda a, b: a**b if not isinstance(a, Dim) else _product([a] * b)),
    "lt": _binary(_less), "gt": _binary(lambda a, b: _less(b, a)),
    "ge": _binary(lambda a, b: _negated(_less(a, b))), "le": _binary(lambda a, b: _negated(_less(b, a))),
    "eq": _binary(_equal), "ne": _binary(lambda a, b: _negated(_equal(a, b))),
    "and": _binary(lambda a, b: a and b), "or": _binary(lambda a, b: a or b), "not": _unary(_negated),
    "neg": _unary(lambda a: -a), "abs": _unary(lambda a: abs(a) if not isinstance(a, Dim) else None),
    "square": _unary(lambda a: a * a), "sqr": _unary(lambda a: a * a), "copy": _same_items("x"),
    "floor": _unary(lambda a: float(math.floor(a)) if isinstance(a, float) else a),
    "ceil": _unary(lambda a: float(math.ceil(a)) if isinstance(a, float) else a),
    "select": _select, "unsqueeze": _same_items("input"), "squeeze": _same_items("input"),
    "reshape": _same_items("input"), "tract_core_cast": _cast, "concat": _concat, "stack": _stack, "slice": _slice,
    "tract_core_gather": _gather, "transpose": _transpose, "tract_core_range": _range,
    "sum_reduce": _reduce(lambda items: sum(items)), "tract_core_product_reduce": _reduce(_product),
    "max_reduce": _reduce(max), "min_reduce": _reduce(min),
    "tract_core_broadcast": _elementwise("input")(lambda item: item), "tile": lambda call, fact: _tile(call, fact),
}  # fmt: skip


FOLDED = frozenset(_RULES)
"""The operations whose declarations say `constant: folded`."""


def _tile(call: Call, fact: Tensor) -> list[Any]:
    shape, items = _constant(call.arguments["input"])
    indices = every(*map(range, fact.shape or ()))  # type: ignore[arg-type]
    return [_read_exact(shape, items, tuple(i % extent for i, extent in zip(index, shape))) for index in indices]
