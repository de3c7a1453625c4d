"""Operations that give the items of one tensor another shape: reshape, squeeze, unsqueeze (4.5.1), transpose (4.5.2),
cast (4.5.8)."""

from __future__ import annotations

from ..extents.dims import UNKNOWN, Extent, Shape, format_shape, product
from ..extents.relations import differ, less
from ..values.conversion import convert
from . import Call, Refusal, shape_of
from .checks import axes_text, axes_within, extents, integer, integers


@shape_of("cast")
def cast(call: Call) -> Shape:
    """4.5.8: only the data type changes.  A string has to be a literal of the type that it becomes, as in `integer('12')`."""
    text, target = call.arguments["input"], getattr(getattr(call.asker, "at", None), "generic", None)
    if isinstance(text, str) and target is not None and target.name in ("integer", "scalar"):
        try:
            convert(target.name, text)
        except ValueError:
            raise Refusal("invalid-value", f"'{text}' is not a literal of type {target.name}", "input") from None
    return call.shape("input")


@shape_of("reshape")
def reshape(call: Call) -> Shape | None:
    """4.5.1: a range of axes is replaced by others of the same volume; 0 inherits, one -1 takes the rest."""
    shape = extents(call, "shape")
    check_items(shape)
    if call.tensor("input").shape is None:
        return reshape_of_unknown(call, shape)
    input = call.shape("input")
    start, end = axis_range(call, len(input))
    items = [inherited(input, start, index) if item == 0 else item for index, item in enumerate(shape)]
    fill_in(items, input, start, end)
    return (*input[:start], *items, *input[end:])


def reshape_of_unknown(call: Call, shape: list[Extent]) -> Shape | None:
    """Even where the input is not known, the whole new shape mostly is."""
    if integer(call, "axis_start") != 0 or integer(call, "axis_count") != -1:
        return None
    return tuple([UNKNOWN if item in (0, -1) else item for item in shape])


def check_items(shape: list[Extent]) -> None:
    """Items are not below -1, and at most one is -1."""
    automatic = None
    for index, item in enumerate(shape):
        if less(item, -1):
            message = f"items of 'shape' must be extents, 0 or -1, item {index} is {item}"
            raise Refusal("invalid-value", message, "shape", index)
        if item == -1 and automatic is not None:
            message = f"only one item of 'shape' may be -1, found it at {automatic} and {index}"
            raise Refusal("invalid-value", message, "shape", index)
        if item == -1:
            automatic = index


def axis_range(call: Call, rank: int) -> tuple[int, int]:
    """The axes to be replaced."""
    start, count = integer(call, "axis_start"), integer(call, "axis_count")
    if not 0 <= start <= rank:
        message = f"'axis_start' must be 0 to {rank}, the rank of 'input', found {start}"
        raise Refusal("axis-out-of-range", message, "axis_start")
    if count < -1:
        message = f"'axis_count' must not be negative (or -1 for all axes that follow), found {count}"
        raise Refusal("invalid-value", message, "axis_count")
    end = rank if count == -1 else start + count
    if end > rank:
        message = f"axes {start} to {end - 1} are out of range, 'input' has {axes_text(rank)}"
        raise Refusal("axis-out-of-range", message, "axis_count")
    return start, end


def inherited(input: Shape, start: int, index: int) -> Extent:
    """The extent that an item 0 takes from the input."""
    if start + index >= len(input):
        message = (
            f"item {index} of 'shape' is 0, "
            f"but 'input' {format_shape(input)} has no axis {start + index} to take the extent from"
        )
        raise Refusal("axis-out-of-range", message, "shape", index)
    return input[start + index]


def fill_in(items: list[Extent], input: Shape, start: int, end: int) -> None:
    """Replace -1 by what is left of the volume, and compare volumes."""
    volume = product(input[start:end])
    if -1 not in items:
        if differ(product(items), volume):
            message = (
                f"shape {format_shape(tuple(items))} has {product(items)} items, "
                f"but {range_text(input, start, end)} {volume}"
            )
            raise Refusal("volume-mismatch", message, "shape")
        return
    place = items.index(-1)
    rest = product(items[:place] + items[place + 1 :])
    if isinstance(volume, int) and isinstance(rest, int) and (rest == 0 or volume % rest):
        message = (
            f"-1 in 'shape' cannot be computed: {range_text(input, start, end)} {volume} items, "
            f"which {rest} does not divide"
        )
        raise Refusal("volume-mismatch", message, "shape", place)
    items[place] = volume // rest


def range_text(input: Shape, start: int, end: int) -> str:
    """The part of the input that is replaced, in words, up to its verb."""
    if (start, end) == (0, len(input)):
        return f"'input' {format_shape(input)} has"
    axes = f"axes {start} to {end - 1}" if end > start else "an empty range of axes"
    return f"'input' {format_shape(input)} on {axes} has"


@shape_of("squeeze")
def squeeze(call: Call) -> Shape:
    """4.5.1: the axes listed vanish; their extents must be 1."""
    input = call.shape("input")
    axes = axes_within(call, "axes", len(input))
    for index, axis in enumerate(axes):
        check_singular(input, axis, index)
    gone = set(axes)
    return tuple([extent for axis, extent in enumerate(input) if axis not in gone])


def check_singular(input: Shape, axis: int, item: int | None) -> None:
    """Only an axis of extent 1 can be removed."""
    if differ(input[axis], 1):
        message = f"axis {axis} of 'input' {format_shape(input)} has extent {input[axis]}, only extent 1 can be removed"
        raise Refusal("shape-mismatch", message, "axes", item)


@shape_of("unsqueeze")
def unsqueeze(call: Call) -> Shape:
    """4.5.1: axes of extent 1 appear at these places of the output."""
    input = call.shape("input")
    rank = len(input) + len(integers(call, "axes"))
    axes = set(axes_within(call, "axes", rank, "the output"))
    old = iter(input)
    return tuple([1 if axis in axes else next(old) for axis in range(rank)])


@shape_of("transpose")
def transpose(call: Call) -> Shape:
    """4.5.2: a permutation of the first axes, the others stay."""
    input = call.shape("input")
    axes = integers(call, "axes")
    if len(axes) > len(input):
        message = f"'axes' lists {len(axes)} axes, but 'input' {format_shape(input)} has {axes_text(len(input))}"
        raise Refusal("rank-mismatch", message, "axes")
    if sorted(axes) != list(range(len(axes))):
        message = f"'axes' must be a permutation of 0 to {len(axes) - 1}, found {axes}"
        raise Refusal("invalid-value", message, "axes")
    return (*[input[axis] for axis in axes], *input[len(axes) :])
