"""Classical machine learning: look-ups and ensembles of trees."""

from __future__ import annotations

from ...values.tensor import Tensor, tensor
from .. import Call, shape_of
from ..checks import integer


@shape_of("tract_onnx_ml_direct_lookup", "tract_onnx_ml_reverse_lookup")
def lookup(call: Call) -> Tensor:
    """The shape of the input: of the values' type, or their places."""
    shape = call.tensor("input").shape
    return tensor(call.tensor("values").dtype if call.operation == "tract_onnx_ml_direct_lookup" else "i32", shape)


@shape_of("tract_onnx_ml_tree_ensemble_classifier")
def classifier(call: Call) -> Tensor:
    """One value for each item of the batch and each class."""
    return tensor("f32", (call.shape("input")[0], integer(call, "n_classes")))
