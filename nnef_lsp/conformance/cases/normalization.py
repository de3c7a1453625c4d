"""4.9.4 Normalization."""

from __future__ import annotations

from functools import partial
from typing import Any

from ..case import Case, Data, case, stored, tensor

norm = partial(case, section="4.9.4")

NEIGHBOURS: list[tuple[str, tuple[int, ...], list[int]]] = [
    ("channels", (1, 5, 2, 2), [1, 3, 1, 1]),
    ("even-size", (1, 4, 2, 2), [1, 2, 1, 1]),
    ("spatial", (1, 2, 4, 4), [1, 1, 3, 3]),
    ("both", (1, 3, 3, 3), [1, 3, 3, 3]),
    ("one-dimension", (1, 2, 6), [1, 1, 3]),
]


def _local(operation: str, **attributes: Any) -> list[Case]:
    """Values away from 0, where quotients of small numbers would say little."""
    found = [norm(operation, name, _away(*shape), size=size) for name, shape, size in NEIGHBOURS]
    if attributes:
        found.append(norm(operation, "attributes", _away(1, 4, 3, 3), size=[1, 3, 1, 1], **attributes))
    return found


def _away(*shape: int) -> Data:
    return tensor(*shape, low=0.25, high=2.0, distinct=False)


def _along(operation: str) -> list[Case]:
    return [
        norm(operation, "channels", _away(2, 3, 2), axes=[1]),
        norm(operation, "spatial", _away(1, 2, 3, 3), axes=[2, 3]),
        norm(operation, "signs", tensor(2, 4, low=-2, high=2), axes=[1]),
        norm(operation, "bias", tensor(2, 4), axes=[1], bias=0.5),
        norm(operation, "epsilon", tensor(2, 4), axes=[1], epsilon=10.0),
        norm(operation, "bias-and-epsilon", tensor(3, 4), axes=[0], bias=0.25, epsilon=0.125),
    ]


def _batch(variant: str, shape: tuple[int, ...], epsilon: float, *, negative: bool = False) -> Case:
    c = shape[1]
    scale = stored(1, c, low=-2, high=-0.5) if negative else stored(1, c, low=0.5, high=2)
    variance = stored(1, c, low=0.25, high=2)
    return norm(
        "batch_normalization", variant, tensor(*shape), stored(1, c), variance, stored(1, c), scale, epsilon=epsilon
    )


CASES = [
    *_local("local_response_normalization", alpha=0.5, beta=0.75, bias=2.0),
    *_local("local_mean_normalization"),
    *_local("local_variance_normalization", bias=0.5, epsilon=0.25),
    *_local("local_contrast_normalization", bias=1.0, epsilon=0.5),
    *_along("l1_normalization"),
    *_along("l2_normalization"),
    _batch("image", (2, 3, 2, 2), 0.001),
    _batch("matrix", (4, 3), 0.001),
    _batch("no-epsilon", (1, 2, 2, 2), 0.0),
    _batch("negative-scale", (1, 3, 2), 0.125, negative=True),
    norm("batch_normalization", "numbers", tensor(1, 2, 2, 2), 0.5, 0.25, -1.0, 2.0, epsilon=0.001),
]
