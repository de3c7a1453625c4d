"""Softmax over axes, which tract never refuses."""

from __future__ import annotations

from ...extents.dims import Shape
from .. import Call, shape_of
from ..checks import broadcast_shapes


@shape_of("softmax", "tract_core_softmax", "tract_core_log_softmax", dialect="tract")
def softmax(call: Call) -> Shape:
    """The shape of the argument; tract overlooks axes that there are not."""
    return call.shape("x")


@shape_of("prelu", dialect="tract")
def prelu(call: Call) -> Shape:
    """4.9.1: argument and slope broadcast like any operands."""
    return broadcast_shapes(call.shape("x"), call.shape("alpha"), "'x'", "'alpha'")
