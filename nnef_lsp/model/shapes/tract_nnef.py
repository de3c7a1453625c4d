"""Standard operations of which tract asks more than the specification: extents that must be proved equal, or be numbers.

Where an extent is symbolic tract does not wait for the run: it refuses what it cannot prove.

Not here: standard operations that tract computes as specified (`shaping.py`, `joining.py`, ...), its own (`tract_core.py`).
"""

from __future__ import annotations

from ..extents.dims import UNKNOWN, Extent, Shape, format_shape, product
from ..extents.relations import differ, same
from . import Call, Refusal, shape_of
from .checks import check_axis, check_results, extents, integer, integers, pairs
from .convolution import deconv as standard_deconv
from .convolution import separable_conv as standard_separable_conv
from .joining import concat as standard_concat
from .joining import stack as standard_stack
from .linear import linear as standard_linear
from .linear import matmul as standard_matmul
from .normalization import local_normalization as standard_local_normalization
from .shaping import axis_range, check_items, inherited, reshape_of_unknown
from .slicing import pad as standard_pad
from .sliding_window import Window, pool_window, pooled, window_of
from .sliding_window import debox as standard_debox


def unproved(a: Extent, b: Extent) -> bool:
    """Whether two extents are known and not proved to be equal."""
    return a is not UNKNOWN and b is not UNKNOWN and not same(a, b)


@shape_of("reshape", dialect="tract")
def reshape(call: Call) -> Shape | None:
    """4.5.1: the volumes must be proved to be equal, and -1 to be a whole extent."""
    shape = extents(call, "shape")
    check_items(shape)
    if call.tensor("input").shape is None:
        return reshape_of_unknown(call, shape)
    input = call.shape("input")
    start, end = axis_range(call, len(input))
    items = [inherited(input, start, index) if item == 0 else item for index, item in enumerate(shape)]
    volume = product(input[start:end])
    if -1 in items:
        place = items.index(-1)
        rest = product(items[:place] + items[place + 1 :])
        found = UNKNOWN if rest == 0 else volume // rest
        if rest == 0 or (UNKNOWN not in (volume, rest) and (found is UNKNOWN or unproved(found * rest, volume))):
            message = f"-1 in 'shape' cannot be computed: 'input' {format_shape(input)} has {volume} items, which {rest} does not divide"
            raise Refusal("volume-mismatch", message, "shape", place)
        items[place] = found
    elif unproved(product(items), volume):
        message = (
            f"shape {format_shape(tuple(items))} has {product(items)} items, 'input' {format_shape(input)} has {volume}"
        )
        raise Refusal("volume-mismatch", message, "shape")
    return (*input[:start], *items, *input[end:])


@shape_of("squeeze", dialect="tract")
def squeeze(call: Call) -> Shape:
    """4.5.1: axes vanish one after the other in descending order, so that one may be listed twice; each must be 1."""
    shape = list(call.shape("input"))
    for axis in sorted(integers(call, "axes"), reverse=True):
        check_axis("axes", axis, len(shape))
        if unproved(shape[axis], 1):
            message = (
                f"axis {axis} of {format_shape(tuple(shape))} has extent {shape[axis]}, only extent 1 can be removed"
            )
            raise Refusal("shape-mismatch", message, "axes")
        del shape[axis]
    return tuple(shape)


@shape_of("concat", dialect="tract")
def concat(call: Call) -> Shape:
    """4.5.3: the extents on all other axes must be proved to be equal."""
    found: Shape = standard_concat(call)
    _check_equal(call, integer(call, "axis"))
    return found


@shape_of("stack", dialect="tract")
def stack(call: Call) -> Shape:
    """4.5.3: the shapes must be proved to be equal."""
    found: Shape = standard_stack(call)
    _check_equal(call, None)
    return found


def _check_equal(call: Call, free: int | None) -> None:
    first, *others = call.shapes("values")
    for index, other in enumerate(others, 1):
        for axis, (a, b) in enumerate(zip(first, other)):
            if axis != free and unproved(a, b):
                message = f"item 0 of 'values' is {format_shape(first)}, item {index} {format_shape(other)}: tract cannot prove that {a} is {b}"
                raise Refusal("shape-mismatch", message, "values", index)


@shape_of("unstack", dialect="tract")
def unstack(call: Call) -> list[Shape]:
    """4.5.3: the extent of the axis must be a number."""
    value, axis = call.shape("value"), integer(call, "axis")
    check_axis("axis", axis, len(value), of="'value'")
    check_number(value, axis, "value")
    number = value[axis] if isinstance(value[axis], int) else call.wanted
    if not isinstance(number, int):
        number = 0
    check_results(number, f"the extent of 'value' on axis {axis}", "axis")
    return [(*value[:axis], *value[axis + 1 :])] * number


def check_number(shape: Shape, axis: int, name: str) -> None:
    """An extent that tract needs as a number."""
    extent = shape[axis] if axis < len(shape) else UNKNOWN
    if not isinstance(extent, int) and extent is not UNKNOWN:
        message = f"tract needs the extent of axis {axis} of '{name}' {format_shape(shape)} as a number, it is {extent}"
        raise Refusal("shape-mismatch", message, name)


@shape_of("pad", dialect="tract")
def pad(call: Call) -> Shape:
    """4.5.5: what is added must be numbers."""
    for index, pair in enumerate(pairs(call, "padding")):
        for extent in pair:
            if not isinstance(extent, int) and extent is not UNKNOWN:
                raise Refusal(
                    "invalid-value",
                    f"tract takes numbers only for 'padding', item {index} has {extent}",
                    "padding",
                    index,
                )
    found: Shape = standard_pad(call)
    return found


@shape_of("box", "max_pool", "avg_pool", "rms_pool", dialect="tract")
def pool(call: Call) -> Shape:
    """4.3.2, 4.9.3: the number of channels must be a number."""
    found: Shape = pooled(call)
    check_number(call.shape("input"), 1, "input")
    return found


@shape_of("max_pool_with_index", dialect="tract")
def max_pool_with_index(call: Call) -> tuple[Shape, Shape]:
    """4.9.3: the number of channels must be a number."""
    found: Shape = pool(call)
    return found, found


@shape_of(
    "local_response_normalization",
    "local_mean_normalization",
    "local_variance_normalization",
    "local_contrast_normalization",
    dialect="tract",
)
def local_normalization(call: Call) -> Shape:
    """4.9.4: composed of a box, so that the number of channels must be a number."""
    found: Shape = standard_local_normalization(call)
    if len(found) > 1:
        check_number(found, 1, "input")
    return found


@shape_of("debox", dialect="tract")
def debox(call: Call) -> Shape:
    """4.3.2: only with explicit padding, since axes without a window have none that would be automatic."""
    found: Shape = standard_debox(call)
    check_automatic(pool_window(call, len(call.shape("input"))))
    return found


@shape_of("deconv", dialect="tract")
def deconv(call: Call) -> Shape:
    """4.3.1: automatic padding wants a window longer than the stride, `output_shape` an input of known extents."""
    found: Shape = standard_deconv(call)
    input, filter = call.shape("input"), call.shape("filter")
    check_automatic(window_of(call, filter[2:], "filter", 2, "spatial axis of 'input'"))
    if len(extents(call, "output_shape")) == len(input) - 2:
        for axis in range(2, len(input)):
            check_number(input, axis, "input")
    return found


@shape_of("separable_conv", dialect="tract")
def separable_conv(call: Call) -> Shape:
    """4.9.2: groups = 0 means as many as the point filter has output channels."""
    found: Shape = standard_separable_conv(call)
    plane, point = call.shape("plane_filter"), call.shape("point_filter")
    if integer(call, "groups") == 0 and differ(point[1] * point[0], plane[0]):
        message = f"with groups = 0 'point_filter' {format_shape(point)} takes {point[1] * point[0]} channels, there are {plane[0]}"
        raise Refusal("shape-mismatch", message, "point_filter")
    return found


def check_automatic(window: Window) -> None:
    """Scaling up with automatic padding, tract wants (size - 1)*dilation >= stride on each axis."""
    if window.padding is not None:
        return
    for axis, (size, stride, dilation) in enumerate(zip(window.size, window.stride, window.dilation)):
        if (
            isinstance(size, int)
            and isinstance(stride, int)
            and isinstance(dilation, int)
            and (size - 1) * dilation < stride
        ):
            message = (
                f"tract scales up with automatic padding only where (size - 1)*dilation is at least the stride: on axis "
                f"{axis + window.first} {(size - 1) * dilation} is less than {stride}; give 'padding'"
            )
            raise Refusal("invalid-value", message, "padding")


@shape_of("matmul", dialect="tract")
def matmul(call: Call) -> Shape:
    """4.7: as specified; factors of different ranks only where one is stored in blocks."""
    _check_ranks(call, "A", "B")
    found: Shape = standard_matmul(call)
    return found


@shape_of("linear", dialect="tract")
def linear(call: Call) -> Shape:
    """4.9.2: of any rank, which both factors must have."""
    _check_ranks(call, "input", "filter")
    found: Shape = standard_linear(call)
    return found


def _check_ranks(call: Call, first: str, second: str) -> None:
    """Equal ranks of at least 2, unless a factor comes from a file: it may be stored in blocks, as one axis less."""
    a, b = call.tensor(first), call.tensor(second)
    if a.shape is None or b.shape is None or a.value is not None or b.value is not None:
        return
    if len(a.shape) != len(b.shape) or len(a.shape) < 2:
        message = f"both factors must have the same rank, at least 2: '{first}' {format_shape(a.shape)} and '{second}' {format_shape(b.shape)}"
        raise Refusal("rank-mismatch", message)
