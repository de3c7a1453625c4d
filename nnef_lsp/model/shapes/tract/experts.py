"""Mixtures of experts."""

from __future__ import annotations

import math

from ...extents.dims import Shape, format_shape
from ...extents.relations import differ
from ...values.tensor import Tensor
from .. import Call, Refusal, shape_of

_TENSORS = ("x", "wg", "w1", "w2", "w3", "wg_bias", "w1_bias", "w3_bias", "w2_bias")


@shape_of("tract_moe_ffn")
def moe(call: Call) -> Shape:
    """The shape of the tokens."""
    x, wg = call.shape("x"), call.shape("wg")
    for name in _TENSORS:
        if _given(call, name) and call.tensor(name).dtype not in ("f16", "f32", "?"):
            raise Refusal("operand-types", f"'{name}' must be f16 or f32, found {call.tensor(name).dtype}", name)
    if len(x) not in (2, 3):
        raise Refusal(
            "rank-mismatch", f"'x' must be [tokens, width] or [batch, time, width], found {format_shape(x)}", "x"
        )
    if len(wg) not in (2, 3) or (len(wg) == 3 and differ(wg[0], 1)):
        raise Refusal("rank-mismatch", f"'wg' must be [experts, width], found {format_shape(wg)}", "wg")
    _check_activation(call)
    _check_shapes(call, x, wg)
    k, experts = call["k"], wg[-2]
    if isinstance(k, int) and (k < 1 or (isinstance(experts, int) and k > experts)):
        raise Refusal("invalid-value", f"'k' must be from 1 to {experts}, the number of experts, found {k}", "k")
    return x


def _given(call: Call, name: str) -> bool:
    return isinstance(call.arguments.get(name), Tensor)


def _check_activation(call: Call) -> None:
    limit = call.arguments.get("act_limit")
    if not _given(call, "w3"):
        if call["activation"] == "swiglu":
            raise Refusal("invalid-value", "'swiglu' multiplies with a second product, which needs 'w3'", "activation")
        for name in ("w3_bias", "act_limit"):
            if call.arguments.get(name) is not None:
                raise Refusal("invalid-value", f"'{name}' needs 'w3'", name)
    if isinstance(limit, (int, float)) and not (math.isfinite(limit) and limit > 0):
        raise Refusal("invalid-value", f"'act_limit' must be above zero, found {limit}", "act_limit")


def _check_shapes(call: Call, x: Shape, wg: Shape) -> None:
    """Every tensor that is given has the experts, width and hidden width that the others have."""
    experts, width, linear = wg[-2], x[-1], call.arguments.get("expert_layout") == "linear"
    w1 = call.shape("w1")
    if len(w1) != 3:
        raise Refusal("rank-mismatch", f"'w1' must have rank 3, found {format_shape(w1)}", "w1")
    hidden = w1[1] if linear else w1[2]
    inward = (experts, hidden, width) if linear else (experts, width, hidden)
    outward = (experts, width, hidden) if linear else (experts, hidden, width)
    wanted = {
        "wg": (*wg[:-2], experts, width), "w1": inward, "w2": outward, "w3": inward, "wg_bias": (experts,),
        "w1_bias": (experts, hidden), "w3_bias": (experts, hidden), "w2_bias": (experts, width),
    }  # fmt: skip
    for name, shape in wanted.items():
        found = call.tensor(name).shape if _given(call, name) else None
        if found is not None and (len(found) != len(shape) or any(map(differ, found, shape))):
            raise Refusal(
                "shape-mismatch", f"'{name}' must be {format_shape(shape)}, found {format_shape(found)}", name
            )
