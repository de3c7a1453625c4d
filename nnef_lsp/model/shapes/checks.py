"""What the shape rules share: reading attributes tolerantly, and the checks that many operations have in common.

Readers turn whatever the argument is into plain values: an item that is not known becomes `UNKNOWN`, and in the tract
dialect a single value stands for a list of one, and a constant tensor for its items.

Not here: any rule.
"""

from __future__ import annotations

import math
from collections.abc import Sequence, Sized

from ..extents.dims import UNKNOWN, Dim, Extent, Shape, format_shape
from ..extents.extremes import broadcast
from ..extents.relations import differ, less, same, settled
from ..values.tensor import Items, Tensor
from ..values.values import Value
from . import Call, Refusal, Undetermined

BORDERS = ("constant", "replicate", "reflect", "reflect-even")
METHODS = ("symmetric", "asymmetric", "aligned")


# ---- reading attributes


def extents(call: Call, name: str) -> list[Extent]:
    """The items of a list of integers; `UNKNOWN` where an item is not known."""
    value = call.arguments.get(name)
    if isinstance(value, (list, tuple)):
        return [item if isinstance(item, int) else extent_of(item) for item in value]
    if isinstance(value, (int, Dim)):
        return [value]
    if isinstance(value, Tensor):
        return extents_of_tensor(value)
    raise Undetermined


def extent_of(item: Value) -> Extent:
    """The extent that one item of a list stands for."""
    if isinstance(item, Tensor):
        return _whole(item.value)
    return item if isinstance(item, (int, Dim)) else UNKNOWN


def _whole(item: Items) -> Extent:
    """An item of a constant tensor, of which a dialect with tensors for attributes takes the whole part."""
    if isinstance(item, float) and math.isfinite(item):
        return int(item)
    return item if isinstance(item, (int, Dim)) else UNKNOWN


def extents_of_tensor(fact: Tensor) -> list[Extent]:
    """The items of a tensor of rank 0 or 1 that stands for a list of integers."""
    if isinstance(fact.value, tuple):
        return [_whole(item) for item in fact.value]
    if fact.shape == ():
        return [extent_of(fact)]
    if fact.shape is None or len(fact.shape) != 1 or not isinstance(fact.shape[0], int):
        raise Undetermined
    return [UNKNOWN] * fact.shape[0]


def integers(call: Call, name: str) -> list[int]:
    """The items of a list of integers, all of which must be known."""
    items = extents(call, name)
    known = [item for item in items if isinstance(item, int)]
    if len(known) != len(items):
        raise Undetermined
    return known


def integer(call: Call, name: str) -> int:
    """An integer attribute."""
    value = call.arguments.get(name)
    if isinstance(value, int):
        return value
    item = extent_of(value)
    if not isinstance(item, int):
        raise Undetermined
    return item


def logical(call: Call, name: str) -> bool:
    """A logical attribute."""
    value = call.arguments.get(name)
    known = value.value if isinstance(value, Tensor) else value
    if not isinstance(known, int):
        raise Undetermined
    return bool(known)


def pairs(call: Call, name: str) -> list[tuple[Extent, Extent]]:
    """The items of a list of pairs; `UNKNOWN` where an item is not known."""
    value = call.arguments.get(name)
    if not isinstance(value, (list, tuple)):
        raise Undetermined
    return [pair_of(item) for item in value]


def pair_of(item: Value) -> tuple[Extent, Extent]:
    """The two extents that one item of a list of pairs stands for."""
    if isinstance(item, (list, tuple)) and len(item) == 2:
        return extent_of(item[0]), extent_of(item[1])
    return UNKNOWN, UNKNOWN


# ---- checking attributes


def check_one_of(call: Call, name: str, choices: Sequence[str]) -> None:
    """A string must be in the set that the operation knows."""
    value = call.arguments.get(name)
    if isinstance(value, str) and value not in choices:
        listed = ", ".join(f"'{choice}'" for choice in choices)
        expected = f"one of {listed}" if len(choices) > 1 else listed
        raise Refusal("invalid-value", f"'{name}' must be {expected}, found '{value}'", name)


def check_length(name: str, items: Sized, expected: int, of: str) -> None:
    """A list must have one item for each of something, as `of` says in the singular."""
    if len(items) != expected:
        number = "1 item" if expected == 1 else f"{expected} items"
        raise Refusal("rank-mismatch", f"'{name}' must have {number}, one for each {of}, found {len(items)}", name)


def check_positive(name: str, items: Sequence[Extent], least: int = 1) -> None:
    """All items must be at least 1, or what is said to be the least."""
    for index, item in enumerate(items):
        if less(item, least):
            raise Refusal("invalid-value", f"items of '{name}' must be positive, item {index} is {item}", name, index)


MAX_RESULTS = 100_000
"""How many tensors an operation may give at most: more than any graph can name."""


def check_results(count: int, what: str, name: str) -> None:
    """An operation cannot give a billion tensors."""
    if count > MAX_RESULTS:
        raise Refusal("invalid-value", f"{what} is {count}: an operation gives at most {MAX_RESULTS} tensors", name)


def check_axis(name: str, axis: int, rank: int, item: int | None = None, of: str = "'input'") -> None:
    """An axis must be one of 0 .. rank-1."""
    if not 0 <= axis < rank:
        raise Refusal("axis-out-of-range", f"axis {axis} is out of range, {of} has {axes_text(rank)}", name, item)


def axes_text(rank: int) -> str:
    """The axes of a tensor in words."""
    return "no axes" if rank == 0 else "only axis 0" if rank == 1 else f"axes 0 to {rank - 1}"


def axes_within(call: Call, name: str, rank: int, of: str = "'input'") -> list[int]:
    """A list of different axes within the rank."""
    axes = integers(call, name)
    seen: set[int] = set()
    for index, axis in enumerate(axes):
        check_axis(name, axis, rank, index, of)
        if axis in seen:
            raise Refusal("invalid-value", f"'{name}' lists axis {axis} twice", name, index)
        seen.add(axis)
    return axes


def check_rank(name: str, shape: Shape, rank: int, meaning: str) -> None:
    """A tensor must have just this rank; `meaning` tells what its axes are."""
    if len(shape) != rank:
        raise Refusal("rank-mismatch", f"'{name}' must have rank {rank}, {meaning}, found {format_shape(shape)}", name)


def check_result(shape: Shape, at: str, first: int = 0) -> Shape:
    """All extents of a result, of which these begin with axis `first`, must be positive."""
    for axis, extent in enumerate(shape, first):
        if less(extent, 1):
            raise Refusal("empty-result", f"the result would have extent {extent} on axis {axis}", at)
    return shape


# ---- broadcasting


def broadcast_shapes(a: Shape, b: Shape, first: str, second: str) -> Shape:
    """Shape of the result of an element-wise operation on both, which a message calls `first` and `second`."""
    if a == b or not b:
        return a
    longer, shorter = (a, b) if len(a) >= len(b) else (b, a)
    merged = list(longer)
    for axis, extent in enumerate(shorter):
        other = longer[axis]
        if extent != 1 and extent != other:
            if other != 1 and differ(other, extent) and not less(other, 1) and not less(extent, 1):
                shapes = f"{first} {format_shape(a)} and {second} {format_shape(b)}"
                raise Refusal("shape-mismatch", f"{shapes} do not broadcast: {mismatch_text(a, b, axis)}")
            merged[axis] = broadcast(other, extent)
            if other != 1 and same(other, extent):
                merged[axis] = settled(merged[axis])
    return tuple(merged)


def mismatch_text(a: Shape, b: Shape, axis: int) -> str:
    """Why two extents do not fit, with a reminder for those who think in numpy's alignment."""
    aligned = "" if len(a) == len(b) else " (axes are aligned from the first, not from the last)"
    return f"extents {a[axis]} and {b[axis]} on axis {axis}, and neither is 1{aligned}"


def broadcast_to(name: str, shape: Shape, target: Shape, of: str = "'input'") -> Shape:
    """The target's shape, to which a tensor must be repeatable."""
    check_broadcasts_to(name, shape, target, of)
    return target


def check_broadcasts_to(name: str, shape: Shape, target: Shape, of: str = "'input'") -> None:
    """A tensor must be repeatable to the shape of another one."""
    text = f"'{name}' {format_shape(shape)} cannot be broadcast to the shape {format_shape(target)} of {of}"
    if any(differ(extent, 1) for extent in shape[len(target) :]):
        raise Refusal("rank-mismatch", text + ": it has more axes", name)
    for axis, extent in enumerate(shape[: len(target)]):
        if extent != 1 and extent != target[axis] and differ(extent, target[axis]) and differ(extent, 1):
            raise Refusal("shape-mismatch", f"{text}: {extent} against {target[axis]} on axis {axis}", name)


def along_an_axis(call: Call) -> Shape:
    """The shape of the input, which must have the axis."""
    input = call.shape("input")
    check_axis("axis", integer(call, "axis"), len(input))
    return input
