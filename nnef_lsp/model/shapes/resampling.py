"""Up- and down-sampling by integer factors (4.3.4): batch and channels stay, spatial axes are scaled."""

from __future__ import annotations

from ..extents.dims import Extent, Shape, format_shape
from . import Call, Refusal, shape_of
from .checks import BORDERS, METHODS, check_length, check_one_of, check_positive, extents


@shape_of("nearest_downsample", "area_downsample")
def downsample(call: Call) -> Shape:
    """Each spatial extent is divided by its factor without remainder."""
    input = call.shape("input")
    factors = factors_of(call, input)
    for index, (extent, factor) in enumerate(zip(input[2:], factors, strict=False)):
        if isinstance(extent, int) and isinstance(factor, int) and extent % factor:
            message = f"factor {factor} does not divide the extent {extent} of 'input' on axis {index + 2}"
            raise Refusal("shape-mismatch", message, "factor", index)
    return (*input[:2], *[extent // factor for extent, factor in zip(input[2:], factors, strict=False)])


@shape_of("nearest_upsample")
def nearest_upsample(call: Call) -> Shape:
    """Each spatial extent is multiplied by its factor."""
    return upsampled(call)


@shape_of("multilinear_upsample")
def multilinear_upsample(call: Call) -> Shape:
    """Each spatial extent is multiplied by its factor."""
    check_one_of(call, "method", METHODS)
    check_one_of(call, "border", BORDERS)
    return upsampled(call)


def upsampled(call: Call) -> Shape:
    """The shape of both up-samplings."""
    input = call.shape("input")
    factors = factors_of(call, input)
    kept = len(input) - len(factors)
    return (*input[:kept], *[extent * factor for extent, factor in zip(input[kept:], factors, strict=True)])


def factors_of(call: Call, input: Shape) -> list[Extent]:
    """One positive factor for each spatial axis."""
    factors = extents(call, "factor")
    if len(input) < 2:
        message = f"'input' must have at least rank 2, batch and channels, found {format_shape(input)}"
        raise Refusal("rank-mismatch", message, "input")
    check_length("factor", factors, len(input) - 2, "spatial axis of 'input'")
    check_positive("factor", factors)
    return factors
