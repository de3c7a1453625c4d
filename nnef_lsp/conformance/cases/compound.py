"""4.9 Compound operations, those that stand nowhere else."""

from __future__ import annotations

from functools import partial
from typing import Any

from ..case import Case, Data, case, given, integers, logicals, stored, tensor

act = partial(case, section="4.9.1")
norm = partial(case, section="4.9.4")
quant = partial(case, section="4.9.5")
misc = partial(case, section="4.9.6")


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

ACTIVATIONS = [
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


NORMALIZATIONS = [
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


def _between(*shape: int, low: float = -2.0, high: float = 2.0) -> Data:
    """Values that no step of the cases below rounds as a half; halves have cases of their own."""
    return tensor(*shape, low=low, high=high, offset=1 / 128)


def _linear() -> list[Case]:
    low, high = stored(1, 3, low=-1, high=-0.5), stored(1, 3, low=0.5, high=1)
    return [
        quant("linear_quantize", "8-bits", _between(2, 3), -1.0, 1.0, bits=8),
        quant("linear_quantize", "4-bits", _between(1, 2, 3, 3), -1.5, 1.5, bits=4),
        quant("linear_quantize", "1-bit", _between(2, 3), -1.0, 1.0, bits=1),
        quant("linear_quantize", "positive-range", _between(2, 3), 0.0, 1.0, bits=3),
        quant("linear_quantize", "per-channel", _between(2, 3, 2), low, high, bits=8),
        quant("linear_quantize", "halves", given(-0.5, 0.5, 1.5, 2.5), 0.0, 3.0, bits=2),
    ]


def _signed(signed: bool, symmetric: bool) -> list[Case]:
    suffix = ("signed" if signed else "unsigned") + ("-symmetric" if symmetric else "")
    flags = {"signed": signed, "symmetric": symmetric}
    zero = 0 if signed else 100
    points = Data((1, 3), "integer", items=(zero, zero + 3, zero - 2), stored=True)
    scales = Data((1, 3), items=(0.125, 0.25, 0.0625), stored=True)
    point = Data((1, 1), "integer", items=(zero + 5,), stored=True)
    min_max = partial(quant, "min_max_linear_quantize")
    zero_point = partial(quant, "zero_point_linear_quantize")
    return [
        min_max(f"{suffix}-8-bits", _between(2, 3), -1.0, 1.0, bits=8, **flags),
        min_max(f"{suffix}-3-bits", _between(2, 5), -1.5, 1.5, bits=3, **flags),
        zero_point(f"{suffix}-8-bits", _between(2, 3), point, 0.0625, bits=8, **flags),
        zero_point(f"{suffix}-clamped", _between(2, 5), point, 0.0078125, bits=8, **flags),
        zero_point(f"{suffix}-per-channel", _between(2, 3, 2), points, scales, bits=8, **flags),
        zero_point(f"{suffix}-halves", given(-0.75, -0.25, 0.25, 0.75, shape=(1, 4)), point, 0.5, bits=8, **flags),
    ]


QUANTIZATIONS = [
    *_signed(False, False),
    *_signed(True, False),
    *_signed(True, True),
    *_linear(),
    quant("logarithmic_quantize", "4-bits", tensor(2, 3), 2.0, bits=4),
    quant("logarithmic_quantize", "2-bits", tensor(2, 5), 1.0, bits=2),
    quant("logarithmic_quantize", "max-between-powers", tensor(2, 3), 3.0, bits=3),
    quant("logarithmic_quantize", "zero", given(0.0, 1.0, -1.0, 0.125), 1.0, bits=3),
    quant(
        "logarithmic_quantize", "per-channel", tensor(2, 3), Data((1, 3), items=(1.0, 2.0, 4.0), stored=True), bits=3
    ),
]

MISC = [
    misc("copy_n", "two", tensor(2, 3), results="[2]", times=2),
    misc("copy_n", "three", tensor(1, 2, 2), results="[3]", times=3),
    misc("copy_n", "one", tensor(4), results="[1]", times=1),
    misc("copy_n", "integer", integers(2, 3), results="[2]", times=2),
    misc("copy_n", "logical", logicals(3), results="[2]", times=2),
    misc("add_n", "two", [tensor(2, 3), tensor(2, 3)]),
    misc("add_n", "three", [tensor(2, 3), tensor(2, 3), tensor(2, 3)]),
    misc("add_n", "one", [tensor(2, 3)]),
    misc("add_n", "image", [tensor(1, 2, 2, 2), tensor(1, 2, 2, 2), tensor(1, 2, 2, 2), tensor(1, 2, 2, 2)]),
    misc("add_n", "with-variable", [tensor(2, 3), stored(2, 3)]),
]

CASES = [*ACTIVATIONS, *NORMALIZATIONS, *QUANTIZATIONS, *MISC]
