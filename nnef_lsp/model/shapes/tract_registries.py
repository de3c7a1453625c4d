"""tract_onnx, tract_transformers, tract_pulse, tract_extra, tract_resource: shapes of the operations of the small registries."""

from __future__ import annotations

from typing import Any

from ..dtypes.results import datum_type
from ..evaluation.context import NoResource
from ..extents.dims import Shape, Symbol, format_shape
from ..extents.relations import differ
from ..operations.declarations import MISSING
from ..values.tensor import ANY, Tensor, tensor
from . import Call, Refusal, Undetermined, Value, shape_of
from .checks import check_axis, extents, integer
from .tract_core import scaled

# ---- tract_onnx


@shape_of("tract_onnx_lrn", "tract_onnx_ml_direct_lookup", "tract_onnx_ml_reverse_lookup")
def same(call: Call) -> Tensor:
    """The shape of the input."""
    input = call.tensor("input")
    dtype = {"tract_onnx_ml_direct_lookup": "values", "tract_onnx_ml_reverse_lookup": ""}.get(call.operation, "input")
    return tensor(call.tensor(dtype).dtype if dtype else "i32", input.shape)


@shape_of("tract_onnx_ml_tree_ensemble_classifier")
def classifier(call: Call) -> Tensor:
    """One value for each item of the batch and each class."""
    return tensor("f32", (call.shape("input")[0], integer(call, "n_classes")))


@shape_of("tract_onnx_multinomial")
def multinomial(call: Call) -> Tensor:
    """As many samples for each item of the batch."""
    dtype = {6: "i32", 7: "i64"}.get(integer(call, "dtype"))
    if dtype is None:
        raise Refusal("invalid-value", f"'dtype' must be 6 (i32) or 7 (i64), found {call['dtype']}", "dtype")
    return tensor(dtype, (call.shape("input")[0], integer(call, "sample_size")))


@shape_of("tract_onnx_non_max_suppression")
def suppression(call: Call) -> Shape:
    """As many boxes as remain, which is always the symbol n."""
    return Symbol("n"), 3


@shape_of("tract_onnx_non_zero")
def non_zero(call: Call) -> Shape:
    """Coordinates of as many items as are not zero."""
    name = call.arguments.get("count_symbol")
    count = Symbol(name) if isinstance(name, str) else call.host.context.fresh("x")
    return len(call.shape("input")), count


@shape_of("tract_onnx_random")
def random(call: Call) -> Tensor:
    """Shape and type are attributes."""
    return tensor(datum_type(call, "datum_type") or "f32", tuple(extents(call, "shape")))


@shape_of("tract_onnx_resize")
def resize(call: Call) -> Shape:
    """Extents times factors."""
    return scaled(call, call.shape("input"))


# ---- tract_transformers


@shape_of("tract_transformers_sdpa")
def sdpa(call: Call) -> Tensor:
    """The shape of the queries with the depth of the values."""
    q, k, v = (call.shape(name) for name in ("q", "k", "v"))
    if len(q) not in (3, 4):
        raise Refusal("rank-mismatch", f"'q' must have rank 3 or 4, found {format_shape(q)}", "q")
    for name, shape in (("k", k), ("v", v)):
        if len(shape) != len(q):
            raise Refusal(
                "rank-mismatch", f"'{name}' {format_shape(shape)} must have the rank of 'q' {format_shape(q)}", name
            )
        if differ(shape[0], q[0]):
            raise Refusal("shape-mismatch", f"'{name}' has a batch of {shape[0]}, 'q' of {q[0]}", name)
    if differ(q[-1], k[-1]):
        raise Refusal("shape-mismatch", f"queries have the depth {q[-1]}, keys {k[-1]}", "k")
    if len(q) == 4:
        _check_heads(q, k, v)
    if call.arguments.get("is_causal") is True and isinstance(call.arguments.get("mask"), Tensor):
        raise Refusal("invalid-value", "there must be no mask with 'is_causal'", "mask")
    return tensor(datum_type(call, "datum_type") or call.tensor("q").dtype, (*q[:-1], v[-1]))


def _check_heads(q: Shape, k: Shape, v: Shape) -> None:
    if differ(k[1], v[1]):
        raise Refusal("shape-mismatch", f"keys have {k[1]} heads, values {v[1]}", "v")
    if isinstance(q[1], int) and isinstance(k[1], int) and (k[1] == 0 or q[1] % k[1]):
        raise Refusal("shape-mismatch", f"the {k[1]} heads of keys do not divide the {q[1]} heads of queries", "k")


@shape_of("tract_transformers_scaled_masked_softmax")
def masked_softmax(call: Call) -> Shape:
    """The shape of the input."""
    if call.arguments.get("scale") in (0, 0.0):
        raise Refusal("invalid-value", "'scale' must not be 0", "scale")
    return call.shape("input")


@shape_of("tract_transformers_apply_rope")
def rope(call: Call) -> Shape:
    """The shape of the input."""
    return call.shape("input")


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


@shape_of("tract_transformers_causal_conv1d_update", "tract_qwen35_causal_conv1d_update")
def conv1d_update(call: Call) -> tuple[Any, Any]:
    """Result like the input, state like the state."""
    input, state = call.tensor("input"), call.tensor("initial_state")
    return tensor(input.dtype, call.shape("input")), tensor(state.dtype, call.shape("initial_state"))


@shape_of("tract_transformers_gdn_recurrent", "tract_qwen35_gdn_recurrent")
def recurrent(call: Call) -> tuple[Any, Any]:
    """Result of the query's type in the shape of the value, which may have more heads; state like the state."""
    query, state = call.tensor("query"), call.tensor("initial_state")
    return tensor(query.dtype, call.shape("value")), tensor(state.dtype, call.shape("initial_state"))


# ---- tract_pulse, tract_extra


@shape_of("tract_pulse_delay")
def delay(call: Call) -> Shape:
    """The axis grows by the overlap."""
    shape, axis = list(call.shape("input")), integer(call, "axis")
    check_axis("axis", axis, len(shape))
    shape[axis] = shape[axis] + extents(call, "overlap")[0]
    return tuple(shape)


@shape_of("tract_pulse_mask", "tract_pulse_pulse_pad", "tract_extra_exp_mean_norm", "tract_extra_exp_unit_norm")
def along_an_axis(call: Call) -> Shape:
    """The shape of the input, which must have the axis."""
    input = call.shape("input")
    check_axis("axis", integer(call, "axis"), len(input))
    return input


# ---- tract_resource, submodels


@shape_of("tract_resource_get")
def resource_get(call: Call) -> Value:
    """A value, not a tensor: whatever stands in the resource."""
    try:
        value = call.host.context.resource(str(call["label"]), str(call["key"]))
    except NoResource as problem:
        raise _dangling(call, problem) from problem
    return Value(ANY if value is MISSING else value)


@shape_of("tract_core_submodel")
def submodel(call: Call) -> list[Tensor]:
    """The outputs of the other model."""
    try:
        found: list[Tensor] | None = call.host.context.submodel(str(call["label"]))
    except NoResource as problem:
        raise _dangling(call, problem) from problem
    if found is None:
        raise Undetermined
    return found


def _dangling(call: Call, problem: NoResource) -> Refusal:
    """An argument that names what the model has not."""
    return Refusal("invalid-value", problem.message, problem.at, text=str(call[problem.at]), names=problem.names)
