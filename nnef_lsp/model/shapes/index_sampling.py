"""Sampling by the index of an item within its window (4.3.3, and max_pool_with_index of 4.9.3)."""

from __future__ import annotations

from ..extents.dims import Shape, format_shape
from ..extents.relations import differ
from . import Call, Refusal, shape_of
from .checks import BORDERS, check_one_of
from .pooling import pooled
from .windows import down_scaled, pool_window, reverse_pool


@shape_of("argmax_pool")
def argmax_pool(call: Call) -> Shape:
    """4.3.3: one index for each place of the window."""
    return pooled(call)


@shape_of("max_pool_with_index")
def max_pool_with_index(call: Call) -> tuple[Shape, Shape]:
    """4.9.3: the index has the shape of the output."""
    output = pooled(call)
    return output, output


@shape_of("sample")
def sample(call: Call) -> Shape:
    """4.3.3: the index has the shape of the output (Khronos' tools demand the shape of the input instead)."""
    check_one_of(call, "border", BORDERS)
    input = call.shape("input")
    output = down_scaled(pool_window(call, len(input)), input)
    check_index(call, output, "the output")
    return output


@shape_of("desample")
def desample(call: Call) -> Shape:
    """4.3.3: the index has the shape of the input."""
    check_one_of(call, "border", ("constant",))
    input = call.shape("input")
    check_index(call, input, "'input'")
    return reverse_pool(call, input)


def check_index(call: Call, expected: Shape, of: str) -> None:
    """The index of sample and desample has one item for each place on the down-scaled side."""
    index = call.tensor("index").shape
    if index is not None and (len(index) != len(expected) or any(map(differ, index, expected))):
        message = f"'index' must have the shape {format_shape(expected)} of {of}, found {format_shape(index)}"
        raise Refusal("shape-mismatch", message, "index")
