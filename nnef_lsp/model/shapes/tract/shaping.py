"""Conversions, and the items of one tensor in another shape, whose volume must be proved to be equal."""

from __future__ import annotations

from collections.abc import Sequence

from ...dtypes.results import datum_type
from ...extents.dims import UNKNOWN, Extent, Shape, format_shape, product
from ...extents.relations import differ, same
from ...values.tensor import Tensor, tensor
from .. import Call, Refusal, shape_of
from ..checks import check_axis, extents, integers
from ..shaping import axis_range, check_items, inherited, reshape_of_unknown
from .proofs import unproved


@shape_of("tract_core_cast")
def cast(call: Call) -> Tensor:
    """Only the type changes; without `to` it is the one that graph.quant gives."""
    dtype = datum_type(call, "to")
    if dtype is None and (call.arguments.get("to") == "" or not call.host.context.quantized):
        raise Refusal(
            "invalid-value", "the data type is missing: give 'to', or the result an entry in graph.quant", "to"
        )
    input = call.tensor("input")
    return tensor(dtype or "?", input.shape)


@shape_of("tract_core_shape_of")
def extents_of(call: Call) -> Tensor:
    """A constant with the extents as items, if the rank is known."""
    shape = call.shape("input")
    known = all(str(extent) != "?" for extent in shape)
    return tensor("tdim", (len(shape),), tuple(shape) if known else None)


@shape_of("tract_core_broadcast")
def tract_broadcast(call: Call) -> Shape:
    """Each axis is kept or repeated from 1; a lower rank gets leading axes, as in numpy."""
    shape = tuple(extents(call, "shape"))
    input = call.tensor("input").shape
    if input:
        if len(input) > len(shape):
            message = f"'shape' has {len(shape)} items, but 'input' {format_shape(input)} has rank {len(input)}"
            raise Refusal("rank-mismatch", message, "shape")
        lead = len(shape) - len(input)
        for axis, (have, want) in enumerate(zip(input, shape[lead:]), lead):
            if have != 1 and differ(have, want) and differ(have, 1):
                message = f"'input' {format_shape(input)} cannot be repeated to {want} on axis {axis}"
                raise Refusal("shape-mismatch", message, "shape", axis)
    return shape


@shape_of("tract_core_complex_to_inner_dim")
def to_inner(call: Call) -> Tensor:
    """A new last axis of real and imaginary parts."""
    input = call.tensor("input")
    return tensor(input.dtype.replace("complex", ""), (*call.shape("input"), 2))


@shape_of("tract_core_inner_dim_to_complex")
def to_complex(call: Call) -> Tensor:
    """The last axis vanishes."""
    shape = call.shape("input")
    if not shape or differ(shape[-1], 2):
        raise Refusal("shape-mismatch", f"the last axis of 'input' {format_shape(shape)} must have extent 2", "input")
    return tensor("complex" + call.tensor("input").dtype, shape[:-1])


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
        if rest == 0 or (UNKNOWN not in (volume, rest) and (found is UNKNOWN or not same(found * rest, volume))):
            message = f"-1 in 'shape' cannot be computed: 'input' {format_shape(input)} has {volume} items, which {rest} does not divide"
            raise Refusal("volume-mismatch", message, "shape", place)
        items[place] = found
    elif _uneven(input[start:end], items):
        message = (
            f"shape {format_shape(tuple(items))} has {product(items)} items, 'input' {format_shape(input)} has {volume}"
        )
        raise Refusal("volume-mismatch", message, "shape")
    return (*input[:start], *items, *input[end:])


def _uneven(before: Sequence[Extent], after: Sequence[Extent]) -> bool:
    """Whether the volumes are not proved to be equal, or a single axis remains whose extents tract then compares."""
    volumes = product(before), product(after)
    if UNKNOWN in volumes:
        return False
    old, new = list(before), list(after)
    while old and new and old[-1] == new[-1]:
        old, new = old[:-1], new[:-1]
    while old and new and old[0] == new[0]:
        old, new = old[1:], new[1:]
    return not same(*volumes) or (len(old) == len(new) == 1 and unproved(old[0], new[0]))


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


@shape_of("unsqueeze", dialect="tract")
def unsqueeze(call: Call) -> Shape:
    """4.5.1: one axis after the other is inserted in ascending order, so that one may be listed twice."""
    shape = list(call.shape("input"))
    for axis in sorted(integers(call, "axes")):
        check_axis("axes", axis, len(shape) + 1, None, "the output")
        shape.insert(axis, 1)
    return tuple(shape)
