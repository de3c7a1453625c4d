"""Caches of keys and values, and attention over them."""

from __future__ import annotations

from ...extents.dims import Shape
from .. import Call, Undetermined, shape_of
from ..checks import check_axis, extents, integer


@shape_of("tract_transformers_quantized_kv_sdpa", "tract_transformers_window_kv_sdpa")
def cached_sdpa(call: Call) -> Shape:
    """The shape of the queries."""
    return call.shape("q")


@shape_of("tract_transformers_dyn_kv_cache", "tract_transformers_quantized_dyn_kv_cache")
def cache(call: Call) -> Shape:
    """The axis grows from the past to past and input."""
    shape, axis = list(call.shape("input")), integer(call, "axis")
    check_axis("axis", axis, len(shape))
    past, new = extents(call, "past_sequence_shape"), extents(call, "input_sequence_shape")
    if axis >= len(past) or axis >= len(new):
        raise Undetermined
    shape[axis] = past[axis] + new[axis]
    return tuple(shape)
