"""Reductions (4.4) and moments (4.9.6): extent 1 on the reduced axes, all others kept."""

from __future__ import annotations

from ..extents.dims import Shape
from . import Call, shape_of
from .checks import axes_within


@shape_of(
    "sum_reduce",
    "max_reduce",
    "min_reduce",
    "mean_reduce",
    "argmax_reduce",
    "argmin_reduce",
    "all_reduce",
    "any_reduce",
)
def reduce(call: Call) -> Shape:
    """4.4: axes are unique and within the rank."""
    return reduced(call)


def reduced(call: Call) -> Shape:
    """The shape of all reductions."""
    input = call.shape("input")
    axes = set(axes_within(call, "axes", len(input)))
    return tuple([1 if axis in axes else extent for axis, extent in enumerate(input)])


@shape_of("moments")
def moments(call: Call) -> tuple[Shape, Shape]:
    """4.9.6: mean and variance have the same shape."""
    shape = reduced(call)
    return shape, shape
