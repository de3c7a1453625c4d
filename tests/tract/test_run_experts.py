"""Mixtures of experts, against tract."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from .helpers import document, reported
from .oracle import agree

RNG = np.random.RandomState(11)
SHAPES = {"wg": (4, 6), "w1": (4, 6, 3), "w2": (4, 3, 6), "w3": (4, 6, 3), "wg_bias": (4,), "w1_bias": (4, 3),
          "w3_bias": (4, 3), "w2_bias": (4, 6)}  # fmt: skip
ROUTER = ("wg", "w1", "w2")
ALL = tuple(SHAPES)
USUAL = "k = 2, activation = 'silu', gate = 'softmax_topk'"


def body(names: tuple[str, ...], attributes: str, shapes: dict[str, Any] = SHAPES) -> str:
    lines = ["x = external(shape = [2, 5, 6]);"]
    lines += [f"{name} = variable<scalar>(label = '{name}', shape = {list(shapes[name])});" for name in names]
    given = ", ".join(f"{name} = {name}" for name in names)
    return "\n".join([*lines, f"y = tract_moe_ffn(x = x, {given}, {attributes});"])


@pytest.mark.parametrize("gate", ["softmax_topk", "softmax_all", "sigmoid", "raw"])
@pytest.mark.parametrize(
    ("names", "attributes"),
    [
        (ROUTER, "k = 1, activation = 'silu'"),
        (ROUTER, "k = 2, activation = 'gelu'"),
        ((*ROUTER, "w3"), "k = 4, activation = 'swiglu'"),
        ((*ROUTER, "w3", "wg_bias"), "k = 2, activation = 'relu'"),
        (ALL, "k = 3, activation = 'gelu'"),
        (ALL, "k = 2, activation = 'silu', act_alpha = 1.702, act_limit = 0.7"),
        (ALL, "k = 2, activation = 'silu', act_limit = 0.7"),
        (ALL, "k = 2, activation = 'silu', expert_layout = 'linear'"),
    ],
)
def test_experts(names: tuple[str, ...], attributes: str, gate: str) -> None:
    shapes: dict[str, Any] = dict(SHAPES)
    if "linear" in attributes:
        shapes |= {name: (4, *SHAPES[name][:0:-1]) for name in ("w1", "w2", "w3")}
    files = {name: RNG.standard_normal(shapes[name]).astype(np.float32) for name in names}
    x = RNG.standard_normal((2, 5, 6)).astype(np.float32)
    agree(body(names, f"{attributes}, gate = '{gate}'", shapes), [x], files=files)


@pytest.mark.parametrize(
    ("names", "attributes", "changed", "rule"),
    [
        (ROUTER, USUAL.replace("silu", "swiglu"), {}, "invalid-value"),
        (ROUTER, USUAL.replace("2", "5"), {}, "invalid-value"),
        (ROUTER, USUAL.replace("softmax_topk", "softmax"), {}, "invalid-value"),
        (ROUTER, f"{USUAL}, act_limit = 1.0", {}, "invalid-value"),
        ((*ROUTER, "w3"), f"{USUAL}, act_limit = 0.0", {}, "invalid-value"),
        (ROUTER, USUAL, {"w2": (4, 6, 3)}, "shape-mismatch"),
        (ROUTER, USUAL, {"w1": (3, 6, 3)}, "shape-mismatch"),
        ((*ROUTER, "w2_bias"), USUAL, {"w2_bias": (4, 3)}, "shape-mismatch"),
    ],
)
def test_what_tract_refuses(names: tuple[str, ...], attributes: str, changed: dict[str, Any], rule: str) -> None:
    assert f"error[{rule}]" in reported(document(body(names, attributes, SHAPES | changed)))
