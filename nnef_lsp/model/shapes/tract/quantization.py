"""Quantization operations, of which tract reads two, in types that it has."""

from __future__ import annotations

from ...extents.dims import Shape
from .. import Call, Refusal, shape_of
from ..quantization import logarithmic as standard_logarithmic
from ..quantization import min_max as standard_min_max
from ..quantization import zero_point as standard_zero_point


@shape_of("linear_quantize", dialect="tract")
def linear(call: Call) -> Shape:
    """4.9.5: to 8 or 32 bits."""
    return _in_bits(call, standard_min_max(call))


@shape_of("zero_point_linear_quantize", dialect="tract")
def zero_point(call: Call) -> Shape:
    """4.9.5: to 8 or 32 bits."""
    return _in_bits(call, standard_zero_point(call))


@shape_of("min_max_linear_quantize", dialect="tract")
def min_max(call: Call) -> Shape:
    """4.9.5: not read."""
    standard_min_max(call)
    raise _unread()


@shape_of("logarithmic_quantize", dialect="tract")
def logarithmic(call: Call) -> Shape:
    """4.9.5: not read."""
    standard_logarithmic(call)
    raise _unread()


def _unread() -> Refusal:
    readable = "only 'linear_quantize' and 'zero_point_linear_quantize'"
    return Refusal("invalid-value", f"tract reads {readable} in graph.quant", "bits")


def _in_bits(call: Call, shape: Shape) -> Shape:
    bits = call.arguments.get("bits")
    if isinstance(bits, int) and bits not in (8, 32):
        raise Refusal("invalid-value", f"tract has quantized types of 8 and of 32 bits, found {bits}", "bits")
    return shape
