"""Region-of-interest operations (4.6): one map of fixed size for each region.

The specification has batch_index of shape [N, 1] and 2 coordinates per spatial axis; Khronos' tools want [N] and always
4 coordinates.  Both forms of batch_index are taken, as no model can satisfy both.
"""

from __future__ import annotations

from ..extents.dims import Shape, format_shape
from ..extents.relations import differ
from . import Call, Refusal, shape_of
from .checks import METHODS, check_length, check_one_of, check_positive, check_rank, extents


@shape_of("avg_roi_pool", "max_roi_pool")
def roi_pool(call: Call) -> Shape:
    """4.6.1: [number of regions, channels] and the output size."""
    return roi_shape(call)


@shape_of("roi_resample")
def roi_resample(call: Call) -> Shape:
    """4.6.2: [number of regions, channels] and the output size."""
    check_one_of(call, "method", METHODS)
    return roi_shape(call)


@shape_of("avg_roi_align", "max_roi_align")
def roi_align(call: Call) -> Shape:
    """4.6.2: [number of regions, channels] and the output size."""
    check_one_of(call, "resize_method", METHODS)
    spatial_sizes(call, "sampling_rate", call.shape("input"))
    return roi_shape(call)


def roi_shape(call: Call) -> Shape:
    """What all these operations give."""
    input, rois, batch_index = call.shape("input"), call.shape("rois"), call.shape("batch_index")
    size = spatial_sizes(call, "output_size", input)
    check_rank("rois", rois, 2, "[regions, coordinates]")
    coordinates = 2 * (len(input) - 2)
    if differ(rois[1], coordinates):
        message = (
            f"'rois' must have {coordinates} coordinates per region on axis 1, two corners, found {format_shape(rois)}"
        )
        raise Refusal("shape-mismatch", message, "rois")
    check_batch_index(rois, batch_index)
    return (rois[0], input[1], *size)


def check_batch_index(rois: Shape, batch_index: Shape) -> None:
    """One index for each region."""
    wrong_rank = len(batch_index) not in (1, 2)
    if wrong_rank or differ(batch_index[0], rois[0]) or (len(batch_index) == 2 and differ(batch_index[1], 1)):
        message = (
            f"'batch_index' must have the shape [{rois[0]}, 1], "
            f"one index for each region, found {format_shape(batch_index)}"
        )
        raise Refusal("rank-mismatch" if wrong_rank else "shape-mismatch", message, "batch_index")


def spatial_sizes(call: Call, name: str, input: Shape) -> Shape:
    """A list with one positive item for each spatial axis."""
    if len(input) < 2:
        message = f"'input' must have a batch and a channel axis, found {format_shape(input)}"
        raise Refusal("rank-mismatch", message, "input")
    sizes = extents(call, name)
    check_length(name, sizes, len(input) - 2, "spatial axis of 'input'")
    check_positive(name, sizes)
    return tuple(sizes)
