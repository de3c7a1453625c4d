"""Normalizations: the shape of the input."""

from __future__ import annotations

from ...extents.dims import Shape
from ...values.tensor import Tensor, tensor
from .. import Call, shape_of
from ..checks import along_an_axis, broadcast_shapes
from ..normalization import axis_normalization as standard_axis_normalization
from ..normalization import batch_normalization as standard_batch_normalization
from ..normalization import local_normalization as standard_local_normalization
from .proofs import check_number, check_order


@shape_of("tract_core_rms_norm", "tract_transformers_rms_norm")
def rms_norm(call: Call) -> Shape:
    """The shape of the input, which must have the axis."""
    return along_an_axis(call)


@shape_of(
    "local_response_normalization",
    "local_mean_normalization",
    "local_variance_normalization",
    "local_contrast_normalization",
    dialect="tract",
)
def local_normalization(call: Call) -> Shape:
    """4.9.4: composed of a box, so that the number of channels must be a number."""
    found: Shape = standard_local_normalization(call)
    if len(found) > 1:
        check_number(found, 1, "input")
    return found


@shape_of("tract_onnx_lrn")
def lrn(call: Call) -> Tensor:
    """The shape and type of the input."""
    input = call.tensor("input")
    return tensor(input.dtype, input.shape)


@shape_of("l1_normalization", "l2_normalization", dialect="tract")
def axis_normalization(call: Call) -> Shape:
    """4.9.4: axes in increasing order."""
    found = standard_axis_normalization(call)
    check_order(call)
    return found


@shape_of("batch_normalization", dialect="tract")
def batch_normalization(call: Call) -> Shape:
    """4.9.4: the parameters broadcast with the input like any operands."""
    return standard_batch_normalization(
        call, lambda name, shape, target: broadcast_shapes(target, shape, "'input'", f"'{name}'")
    )
