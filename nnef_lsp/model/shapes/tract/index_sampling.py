"""Pooling that gives the places of what it found."""

from __future__ import annotations

from ...extents.dims import Shape
from .. import Call, shape_of
from .pooling import pool


@shape_of("max_pool_with_index", dialect="tract")
def max_pool_with_index(call: Call) -> tuple[Shape, Shape]:
    """4.9.3: the number of channels must be a number."""
    found: Shape = pool(call)
    return found, found
