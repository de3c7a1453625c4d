"""Cells of recurrent networks."""

from __future__ import annotations

from ...extents.dims import Shape
from ...values.tensor import Tensor, tensor
from .. import Call, shape_of


@shape_of("tract_core_gru_epilogue")
def gru(call: Call) -> Shape:
    """The shape of the state."""
    return call.shape("h_prev")


@shape_of("tract_core_lstm_epilogue")
def lstm(call: Call) -> tuple[Tensor, Tensor]:
    """Both results have the shape of the cell."""
    fact = tensor(call.tensor("c_prev").dtype, call.shape("c_prev"))
    return fact, fact


@shape_of("tract_transformers_causal_conv1d_update", "tract_qwen35_causal_conv1d_update")
def conv1d_update(call: Call) -> tuple[Tensor, Tensor]:
    """Result like the input, state like the state."""
    input, state = call.tensor("input"), call.tensor("initial_state")
    return tensor(input.dtype, call.shape("input")), tensor(state.dtype, call.shape("initial_state"))


@shape_of("tract_transformers_gdn_recurrent", "tract_qwen35_gdn_recurrent")
def recurrent(call: Call) -> tuple[Tensor, Tensor]:
    """Result of the query's type in the shape of the value, which may have more heads; state like the state."""
    query, state = call.tensor("query"), call.tensor("initial_state")
    return tensor(query.dtype, call.shape("value")), tensor(state.dtype, call.shape("initial_state"))
