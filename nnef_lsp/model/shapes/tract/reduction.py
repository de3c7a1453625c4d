"""Reductions and sums along an axis."""

from __future__ import annotations

from ...extents.dims import Shape
from .. import Call, Refusal, shape_of
from ..checks import along_an_axis, axes_within
from ..reduction import reduced
from .proofs import check_order


@shape_of("tract_core_cumsum")
def cumsum(call: Call) -> Shape:
    """The shape of the input, which must have the axis."""
    return along_an_axis(call)


@shape_of("tract_core_product_reduce", "tract_core_argmax_reduce_last", "tract_core_argmin_reduce_last")
def reduce(call: Call) -> Shape:
    """Extent 1 on the axes, which tract wants in increasing order."""
    input = call.shape("input")
    axes = axes_within(call, "axes", len(input))
    if any(axes[index] >= axes[index + 1] for index in range(len(axes) - 1)):
        raise Refusal("invalid-value", f"'axes' must be strictly increasing, found {axes}", "axes")
    gone = set(axes)
    return tuple([1 if axis in gone else extent for axis, extent in enumerate(input)])


@shape_of(
    "sum_reduce",
    "max_reduce",
    "min_reduce",
    "mean_reduce",
    "argmax_reduce",
    "argmin_reduce",
    "all_reduce",
    "any_reduce",
    dialect="tract",
)
def ordered_reduce(call: Call) -> Shape:
    """4.4: tract reduces only axes listed in increasing order."""
    found = reduced(call)
    check_order(call)
    return found


@shape_of("moments", dialect="tract")
def moments(call: Call) -> tuple[Shape, Shape]:
    """4.9.6: mean and variance have the same shape."""
    shape = ordered_reduce(call)
    return shape, shape
