"""Normalisations (4.9.4): the shape of the input."""

from __future__ import annotations

from collections.abc import Callable

from ..extents.dims import Shape
from . import Call, Refusal, shape_of
from .checks import axes_within, broadcast_to, check_length, check_positive, extents

Repeat = Callable[[str, Shape, Shape], Shape]
"""From a parameter, its shape and that of the input to the shape of both together."""


@shape_of(
    "local_response_normalization",
    "local_mean_normalization",
    "local_variance_normalization",
    "local_contrast_normalization",
)
def local_normalization(call: Call) -> Shape:
    """4.9.4: the neighbourhood is a window over all axes with automatic padding."""
    input, size = call.shape("input"), extents(call, "size")
    check_length("size", size, len(input), "axis of 'input'")
    check_positive("size", size)
    return input


@shape_of("l1_normalization", "l2_normalization")
def axis_normalization(call: Call) -> Shape:
    """4.9.4: axes are unique and within the rank."""
    input = call.shape("input")
    axes_within(call, "axes", len(input))
    return input


@shape_of("batch_normalization")
def batch_normalization(call: Call, repeat: Repeat = broadcast_to) -> Shape:
    """4.9.4: the parameters are repeated to the shape of the input."""
    output = call.shape("input")
    for name in ("mean", "variance", "offset", "scale"):
        shape = call.tensor(name).shape
        if shape:
            output = repeat(name, shape, output)
    epsilon = call.arguments.get("epsilon")
    if isinstance(epsilon, (int, float)) and epsilon < 0:
        raise Refusal("invalid-value", f"'epsilon' must not be negative, found {epsilon}", "epsilon")
    return output
