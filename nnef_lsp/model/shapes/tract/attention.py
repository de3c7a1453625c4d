"""Attention over queries, keys and values."""

from __future__ import annotations

from ...dtypes.promotion import UNSURE
from ...dtypes.results import datum_type
from ...extents.dims import Shape, format_shape
from ...extents.relations import differ
from ...values.tensor import Tensor, tensor
from .. import Call, Refusal, shape_of


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
    for name in ("datum_type", "acc_datum_type"):
        datum_type(call, name)  # names of types, of which tract looks at none for the result
    return tensor(call.tensor("q").dtype, (*q[:-1], v[-1]))


def _check_heads(q: Shape, k: Shape, v: Shape) -> None:
    if differ(k[1], v[1]):
        raise Refusal("shape-mismatch", f"keys have {k[1]} heads, values {v[1]}", "v")
    if isinstance(q[1], int) and isinstance(k[1], int) and (k[1] == 0 or q[1] % k[1]):
        raise Refusal("shape-mismatch", f"the {k[1]} heads of keys do not divide the {q[1]} heads of queries", "k")


@shape_of("tract_transformers_scaled_masked_softmax")
def masked_softmax(call: Call) -> Shape:
    """The shape of the input."""
    own, mask = call.tensor("input").dtype, call.tensor("mask").dtype
    if mask not in (own, "bool") and own not in UNSURE and mask not in UNSURE:
        message = f"'mask' must be of bool, or of {own} as 'input', found {mask}; cast it before"
        raise Refusal("operand-types", message, "mask")
    if call.arguments.get("scale") in (0, 0.0):
        raise Refusal("invalid-value", "'scale' must not be 0", "scale")
    return call.shape("input")


@shape_of("tract_transformers_apply_rope")
def rope(call: Call) -> Shape:
    """The shape of the input."""
    return call.shape("input")
