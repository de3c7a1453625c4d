"""Quantization operations (4.9.5): the shape of the tensor, to which the parameters are repeated."""

from __future__ import annotations

from ..extents.dims import Shape
from . import Call, Refusal, shape_of
from .checks import check_broadcasts_to


@shape_of("min_max_linear_quantize", "linear_quantize")
def min_max(call: Call) -> Shape:
    """Limits are given for the whole tensor or for parts of it."""
    return quantized(call, "min", "max")


@shape_of("zero_point_linear_quantize")
def zero_point(call: Call) -> Shape:
    """Zero point and scale are given for the whole tensor or for parts of it."""
    return quantized(call, "zero_point", "scale")


@shape_of("logarithmic_quantize")
def logarithmic(call: Call) -> Shape:
    """The limit is given for the whole tensor or for parts of it."""
    return quantized(call, "max")


def quantized(call: Call, *parameters: str) -> Shape:
    """The shape of the tensor, its parameters checked."""
    x = call.shape("x")
    for name in parameters:
        shape = call.tensor(name).shape
        if shape:
            check_broadcasts_to(name, shape, x, "'x'")
    bits = call.arguments.get("bits")
    if isinstance(bits, int) and bits < 1:
        raise Refusal("invalid-value", f"'bits' must be positive, found {bits}", "bits")
    return x
