"""Splitting and concatenation (4.5.3)."""

from __future__ import annotations

from ..extents.dims import Extent, Shape, format_shape
from ..extents.relations import differ
from . import Call, Refusal, Undetermined, shape_of
from .checks import check_axis, check_positive, check_results, extents, integer


@shape_of("split")
def split(call: Call) -> list[Shape]:
    """Parts whose extents on the axis are as the ratios."""
    value, axis, ratios = call.shape("value"), integer(call, "axis"), extents(call, "ratios")
    check_axis("axis", axis, len(value), of="'value'")
    check_positive("ratios", ratios)
    total: Extent = sum(ratios)
    extent = value[axis]
    if isinstance(extent, int) and isinstance(total, int) and total and extent % total:
        message = f"the sum of 'ratios', {total}, does not divide the extent {extent} of 'value' on axis {axis}"
        raise Refusal("shape-mismatch", message, "ratios")
    return [replaced(value, axis, extent // total * ratio) for ratio in ratios]


def replaced(shape: Shape, axis: int, extent: Extent) -> Shape:
    """The shape with another extent on one axis."""
    return (*shape[:axis], extent, *shape[axis + 1 :])


@shape_of("concat")
def concat(call: Call) -> Shape:
    """The extents on the axis add up, all others are the same."""
    values, axis = tensors(call, "values"), integer(call, "axis")
    first = values[0]
    check_axis("axis", axis, len(first), of="'values'")
    for index, value in enumerate(values):
        check_same_rank(first, value, index)
        for other, (expected, found) in enumerate(zip(first, value, strict=True)):
            if other != axis and differ(expected, found):
                message = (
                    f"tensors of 'values' must agree on all axes but {axis}: item 0 is {format_shape(first)}, "
                    f"item {index} is {format_shape(value)}"
                )
                raise Refusal("shape-mismatch", message, "values", index)
    return replaced(first, axis, sum(value[axis] for value in values))


@shape_of("stack")
def stack(call: Call) -> Shape:
    """A new axis as long as the list; all tensors have the same shape."""
    values, axis = tensors(call, "values"), integer(call, "axis")
    first = values[0]
    check_axis("axis", axis, len(first) + 1, of="the output")
    check_same_shape(values, "values")
    return (*first[:axis], len(values), *first[axis:])


@shape_of("unstack")
def unstack(call: Call) -> list[Shape]:
    """One tensor for each item of the axis; the axis is removed."""
    value, axis = call.shape("value"), integer(call, "axis")
    check_axis("axis", axis, len(value), of="'value'")
    number = value[axis] if isinstance(value[axis], int) else call.wanted
    if not isinstance(number, int):
        raise Undetermined
    check_results(number, f"the extent of 'value' on axis {axis}", "axis")
    return [(*value[:axis], *value[axis + 1 :])] * number


def tensors(call: Call, name: str) -> list[Shape]:
    """The shapes of a list of tensors, at least one."""
    value = call.arguments.get(name)
    if isinstance(value, list) and not value:
        raise Refusal("invalid-value", f"'{name}' must list at least one tensor", name)
    return call.shapes(name)


def check_same_rank(first: Shape, value: Shape, index: int) -> None:
    """All tensors of a list have the rank of the first."""
    if len(value) != len(first):
        message = (
            f"tensors of 'values' must have the same rank: item 0 is {format_shape(first)}, "
            f"item {index} is {format_shape(value)}"
        )
        raise Refusal("rank-mismatch", message, "values", index)


def check_same_shape(values: list[Shape], name: str) -> None:
    """All tensors of a list have the shape of the first."""
    first = values[0]
    for index, value in enumerate(values):
        if len(value) != len(first) or any(map(differ, value, first)):
            message = (
                f"tensors of '{name}' must have the same shape: item 0 is {format_shape(first)}, "
                f"item {index} is {format_shape(value)}"
            )
            raise Refusal("shape-mismatch", message, name, index)
