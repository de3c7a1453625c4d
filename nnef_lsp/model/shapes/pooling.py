"""Box filters (4.3.2) and pooling (4.9.3): windows that slide over every axis."""

from __future__ import annotations

from ..extents.dims import Shape
from . import Call, shape_of
from .checks import BORDERS, check_one_of
from .windows import down_scaled, pool_window, reverse_pool


@shape_of("box", "max_pool", "avg_pool", "rms_pool")
def pool(call: Call) -> Shape:
    """4.3.2, 4.9.3: every axis is scaled down."""
    return pooled(call)


def pooled(call: Call) -> Shape:
    """The shape of all poolings."""
    check_one_of(call, "border", ("ignore", *BORDERS))
    input = call.shape("input")
    return down_scaled(pool_window(call, len(input)), input)


@shape_of("debox")
def debox(call: Call) -> Shape:
    """4.3.2: every axis is scaled up."""
    check_one_of(call, "border", ("ignore", *BORDERS))
    input = call.shape("input")
    return reverse_pool(call, input)
