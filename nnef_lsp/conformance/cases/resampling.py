"""4.3.4 Up- and down-sampling."""

from __future__ import annotations

from ..case import Case, case, tensor


def _resampled(operation: str, spatial: list[tuple[str, tuple[int, ...], list[int]]]) -> list[Case]:
    return [case(operation, name, tensor(*shape), section="4.3.4", factor=factor) for name, shape, factor in spatial]


DOWN = [
    ("factor-2", (1, 2, 4, 4), [2, 2]),
    ("factor-3", (1, 1, 6, 3), [3, 3]),
    ("uneven", (1, 1, 4, 6), [2, 3]),
    ("one-axis", (1, 2, 4, 3), [2, 1]),
    ("one-dimension", (2, 2, 8), [4]),
    ("three-dimensions", (1, 1, 2, 4, 2), [2, 2, 1]),
]

UP = [
    ("factor-2", (1, 2, 3, 3), [2, 2]),
    ("factor-3", (1, 1, 2, 2), [3, 3]),
    ("uneven", (1, 1, 2, 3), [3, 2]),
    ("one-axis", (1, 2, 2, 3), [2, 1]),
    ("one-dimension", (2, 2, 4), [3]),
    ("three-dimensions", (1, 1, 2, 2, 2), [2, 1, 3]),
]

MULTILINEAR = [
    case("multilinear_upsample", f"{method}-{border}", tensor(1, 2, 3, 4), section="4.3.4", factor=[2, 2], method=method, border=border)
    for method in ("symmetric", "asymmetric", "aligned")
    for border in ("replicate", "constant")
] + [
    case("multilinear_upsample", "default", tensor(1, 1, 3, 3), section="4.3.4", factor=[2, 2]),
    case("multilinear_upsample", "factor-3-symmetric", tensor(1, 1, 3, 2), section="4.3.4", factor=[3, 3], method="symmetric"),
    case("multilinear_upsample", "factor-3-asymmetric", tensor(1, 1, 3, 2), section="4.3.4", factor=[3, 3], method="asymmetric"),
    case("multilinear_upsample", "uneven-aligned", tensor(1, 1, 3, 3), section="4.3.4", factor=[2, 3], method="aligned"),
    case("multilinear_upsample", "one-dimension", tensor(1, 2, 4), section="4.3.4", factor=[4], method="symmetric"),
]  # fmt: skip

CASES = [
    *_resampled("nearest_downsample", DOWN),
    *_resampled("area_downsample", DOWN),
    *_resampled("nearest_upsample", UP),
    *MULTILINEAR,
]
