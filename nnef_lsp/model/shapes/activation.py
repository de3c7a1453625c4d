"""Activation functions (4.9.1): the shape of the argument."""

from __future__ import annotations

from ..extents.dims import Shape
from . import Call, shape_of
from .checks import axes_within, broadcast_to


@shape_of("sigmoid", "relu", "leaky_relu", "elu", "selu", "gelu", "silu", "softplus", "softabs")
def activation(call: Call) -> Shape:
    """4.9.1: the shape of the argument."""
    return call.shape("x")


@shape_of("prelu")
def prelu(call: Call) -> Shape:
    """4.9.1: the slope is repeated to the shape of the argument, never the other way round."""
    x, alpha = call.shape("x"), call.shape("alpha")
    return broadcast_to("alpha", alpha, x, "'x'")


@shape_of("softmax")
def softmax(call: Call) -> Shape:
    """4.9.1: axes are unique and within the rank."""
    x = call.shape("x")
    axes_within(call, "axes", len(x), "'x'")
    return x
