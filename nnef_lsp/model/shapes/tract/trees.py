"""Classical machine learning: look-ups and ensembles of trees."""

from __future__ import annotations

from ...dtypes.promotion import UNSURE
from ...values.constants import TDIM
from ...values.tensor import Tensor, tensor
from .. import Call, Refusal, shape_of
from ..checks import integer


@shape_of("tract_onnx_ml_direct_lookup", "tract_onnx_ml_reverse_lookup")
def lookup(call: Call) -> Tensor:
    """The shape of the input: of the values' type, which that of `fallback` must be, or their places."""
    shape = call.tensor("input").shape
    if call.operation != "tract_onnx_ml_direct_lookup":
        return tensor("i32", shape)
    values, fallback = call.tensor("values"), call.tensor("fallback")
    kinds = [("i32" if fact.dtype == TDIM else fact.dtype) for fact in (values, fallback)]
    if kinds[0] != kinds[1] and not set(kinds) & {*UNSURE}:
        message = f"the values and what stands for all others must be of one data type, found {kinds[0]} and {kinds[1]}"
        raise Refusal("operand-types", message, "fallback")
    return tensor(kinds[0], shape)


@shape_of("tract_onnx_ml_tree_ensemble_classifier")
def classifier(call: Call) -> Tensor:
    """One value for each item of the batch and each class."""
    return tensor("f32", (call.shape("input")[0], integer(call, "n_classes")))
