"""Sampling at the places that a grid names."""

from __future__ import annotations

from ...extents.dims import Shape, format_shape
from ...extents.relations import differ
from .. import Call, Refusal, shape_of


@shape_of("tract_core_grid_sample", "tract_onnx_grid_sample")
def grid_sample(call: Call) -> Shape:
    """Batch and channels of the input, places of the grid."""
    input, grid = call.shape("input"), call.shape("grid")
    if len(input) != len(grid) or len(input) < 3:
        message = f"'grid' {format_shape(grid)} must have the rank of 'input' {format_shape(input)}, at least 3"
        raise Refusal("rank-mismatch", message, "grid")
    if differ(grid[-1], len(input) - 2):
        raise Refusal("shape-mismatch", f"the last axis of 'grid' must have extent {len(input) - 2}", "grid")
    return (input[0], input[1], *grid[1:-1])
