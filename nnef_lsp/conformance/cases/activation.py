"""4.9.1 Activation functions."""

from __future__ import annotations

from functools import partial
from typing import Any

from ..case import Case, case, given, stored, tensor

act = partial(case, section="4.9.1")


def _activation(operation: str, *arguments: Any, **attributes: Any) -> list[Case]:
    """One tensor in five shapes."""
    return [
        act(operation, "vector", tensor(9), *arguments, **attributes),
        act(operation, "matrix", tensor(3, 4), *arguments, **attributes),
        act(operation, "image", tensor(1, 2, 3, 3, low=-4, high=4), *arguments, **attributes),
        act(operation, "rank-5", tensor(2, 1, 2, 1, 2), *arguments, **attributes),
        act(operation, "special", given(0.0, -0.0, 1.0, -1.0, 8.0, -8.0), *arguments, **attributes),
    ]


GELU = 0.0205
"""The largest distance between the formula of the specification and the exact one that its comment allows."""

CASES = [
    *_activation("sigmoid"),
    *_activation("relu"),
    *_activation("elu"),
    act("elu", "alpha", tensor(3, 4), alpha=0.5),
    act("elu", "alpha-2", tensor(1, 2, 3, 3), alpha=2.0),
    *_activation("selu"),
    act("selu", "alpha-and-lambda", tensor(3, 4), alpha=1.5, lambda_=0.75),
    *_activation("gelu", atol=GELU),
    *_activation("silu"),
    *_activation("softplus"),
    *_activation("leaky_relu", alpha=0.1),
    act("leaky_relu", "alpha-above-1", tensor(3, 4), alpha=1.5),
    act("prelu", "per-channel", tensor(2, 3, 2, 2), stored(1, 3)),
    act("prelu", "per-item", tensor(2, 3), stored(2, 3)),
    act("prelu", "single", tensor(2, 3, 2), stored(1, 1)),
    act("prelu", "number", tensor(2, 3), 0.25),
    act("prelu", "negative-slope", tensor(1, 4), stored(1, 4, low=-1, high=-0.25)),
    act("softmax", "default", tensor(2, 4)),
    act("softmax", "channels", tensor(1, 3, 2, 2)),
    act("softmax", "first-axis", tensor(3, 2), axes=[0]),
    act("softmax", "last-axis", tensor(1, 2, 3), axes=[2]),
    act("softmax", "two-axes", tensor(2, 3, 2), axes=[1, 2]),
    act("softmax", "large-values", given(1000.0, 1001.0, 999.0, -1000.0, shape=(1, 4))),
]
