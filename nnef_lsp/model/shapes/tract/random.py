"""Random tensors and samples."""

from __future__ import annotations

from ...dtypes.results import datum_type
from ...values.tensor import Tensor, tensor
from .. import Call, Refusal, shape_of
from ..checks import extents, integer
from .proofs import check_number


@shape_of("tract_onnx_multinomial")
def multinomial(call: Call) -> Tensor:
    """As many samples for each item of the batch."""
    dtype = {6: "i32", 7: "i64"}.get(integer(call, "dtype"))
    if dtype is None:
        raise Refusal("invalid-value", f"'dtype' must be 6 (i32) or 7 (i64), found {call['dtype']}", "dtype")
    input = call.shape("input")
    for axis in range(len(input)):
        check_number(input, axis, "input")
    return tensor(dtype, (input[0], integer(call, "sample_size")))


@shape_of("tract_onnx_random")
def random(call: Call) -> Tensor:
    """Shape and type are attributes."""
    parameters = call.arguments.get("parameters")
    if isinstance(parameters, (list, tuple)) and len(parameters) != 2:
        message = f"a distribution has two parameters, found {len(parameters)}: low and high, or mean and deviation"
        raise Refusal("invalid-value", message, "parameters")
    return tensor(datum_type(call, "datum_type") or "f32", tuple(extents(call, "shape")))
