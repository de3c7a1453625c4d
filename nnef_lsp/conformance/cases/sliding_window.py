"""4.3 Sliding-window operations, and the separable ones of 4.9.2."""

from __future__ import annotations

from functools import partial
from typing import Any

from ..case import Case, case, integers, stored, tensor

conv = partial(case, "conv", section="4.3.1")
deconv = partial(case, "deconv", section="4.3.1")
box = partial(case, "box", section="4.3.2")
debox = partial(case, "debox", section="4.3.2")
separable_conv = partial(case, "separable_conv", section="4.9.2")
separable_deconv = partial(case, "separable_deconv", section="4.9.2")
ONE, NONE = (1, 1), (0, 0)

CONV = [
    conv("auto-padding", tensor(1, 2, 5, 5), stored(3, 2, 3, 3)),
    conv("unpadded", tensor(1, 2, 5, 5), stored(3, 2, 3, 3), padding=[NONE, NONE]),
    conv("bias", tensor(2, 2, 4, 4), stored(3, 2, 3, 3), stored(1, 3), padding=[ONE, ONE]),
    conv("number-bias", tensor(1, 1, 4, 4), stored(2, 1, 3, 3), 0.5, padding=[ONE, ONE]),
    conv("strided", tensor(1, 2, 6, 6), stored(2, 2, 3, 3), padding=[ONE, ONE], stride=[2, 2]),
    conv("strided-auto-padding", tensor(1, 1, 6, 7), stored(2, 1, 3, 3), stride=[2, 2]),
    conv("even-filter-auto-padding", tensor(1, 1, 5, 5), stored(1, 1, 2, 4)),
    conv("dilated", tensor(1, 1, 7, 7), stored(2, 1, 3, 3), padding=[NONE, NONE], dilation=[2, 2]),
    conv("dilated-auto-padding", tensor(1, 1, 7, 7), stored(2, 1, 3, 2), dilation=[2, 3]),
    conv("asymmetric-padding", tensor(1, 1, 4, 5), stored(2, 1, 3, 3), padding=[(0, 1), (2, 0)]),
    conv("negative-padding", tensor(1, 1, 6, 6), stored(1, 1, 3, 3), padding=[(-1, 0), (0, -1)]),
    conv(
        "uneven-stride-dilation",
        tensor(1, 2, 9, 8),
        stored(2, 2, 3, 2),
        padding=[(1, 0), (0, 1)],
        stride=[2, 3],
        dilation=[2, 1],
    ),
    conv("grouped", tensor(1, 4, 4, 4), stored(6, 2, 3, 3), padding=[ONE, ONE], groups=2),
    conv("depthwise", tensor(1, 3, 4, 4), stored(3, 1, 3, 3), padding=[ONE, ONE], groups=0),
    conv("depthwise-multiplier", tensor(1, 2, 4, 4), stored(4, 1, 3, 3), stored(1, 4), padding=[ONE, ONE], groups=0),
    conv("pointwise", tensor(2, 3, 3, 3), stored(4, 3, 1, 1), padding=[NONE, NONE]),
    conv("one-dimension", tensor(1, 2, 9), stored(3, 2, 3), stored(1, 3), padding=[(2, 1)], stride=[2]),
    conv("three-dimensions", tensor(1, 1, 3, 4, 3), stored(2, 1, 2, 3, 2), padding=[(0, 1), ONE, NONE]),
    conv("border-replicate", tensor(1, 1, 4, 4), stored(2, 1, 3, 3), border="replicate", padding=[ONE, ONE]),
    conv("border-reflect", tensor(1, 1, 4, 4), stored(2, 1, 3, 3), border="reflect", padding=[ONE, ONE]),
    conv("border-reflect-even", tensor(1, 1, 4, 4), stored(2, 1, 3, 3), border="reflect-even", padding=[(2, 1), ONE]),
]

DECONV = [
    deconv("unpadded", tensor(1, 2, 3, 3), stored(2, 3, 3, 3), padding=[NONE, NONE]),
    deconv("auto-padding", tensor(1, 2, 3, 3), stored(2, 2, 3, 3)),
    deconv("bias", tensor(2, 2, 3, 3), stored(2, 3, 3, 3), stored(1, 3), padding=[ONE, ONE]),
    deconv("strided", tensor(1, 2, 3, 3), stored(2, 1, 3, 3), padding=[ONE, ONE], stride=[2, 2]),
    deconv("strided-auto-padding", tensor(1, 1, 3, 3), stored(1, 2, 4, 3), stride=[2, 2]),
    deconv("dilated", tensor(1, 1, 3, 3), stored(1, 2, 3, 3), padding=[NONE, NONE], dilation=[2, 2]),
    deconv("asymmetric-padding", tensor(1, 1, 4, 4), stored(1, 1, 3, 3), padding=[(0, 1), (2, 0)]),
    deconv("stride-and-dilation", tensor(1, 1, 3, 3), stored(1, 1, 2, 3), padding=[(1, 0), (0, 1)], stride=[3, 2], dilation=[2, 1]),
    deconv("output-shape", tensor(1, 1, 3, 3), stored(1, 2, 3, 3), padding=[ONE, ONE], stride=[2, 2], output_shape=[1, 2, 6, 5]),
    deconv("output-shape-auto-padding", tensor(1, 1, 3, 3), stored(1, 1, 3, 3), stride=[2, 2], output_shape=[1, 1, 5, 6]),
    deconv("grouped", tensor(1, 4, 3, 3), stored(4, 3, 3, 3), padding=[ONE, ONE], groups=2),
    deconv("depthwise", tensor(1, 3, 3, 3), stored(3, 1, 3, 3), padding=[ONE, ONE], stride=[2, 2], groups=0),
    deconv("one-dimension", tensor(1, 2, 4), stored(2, 3, 3), stored(1, 3), padding=[(1, 0)], stride=[2]),
    deconv("three-dimensions", tensor(1, 1, 2, 3, 2), stored(1, 2, 2, 2, 2), padding=[NONE, (1, 0), NONE], stride=[2, 1, 1]),
    deconv("border-replicate", tensor(1, 1, 3, 3), stored(1, 1, 3, 3), border="replicate", padding=[ONE, ONE]),
]  # fmt: skip


def _windows(operation: str, section: str, borders: list[str], results: int = 1) -> list[Case]:
    """What all operations with a window over all axes have in common."""
    make: Any = partial(case, operation, section=section, results=results)
    image = partial(tensor, 1, 2, 5, 5, distinct=True)
    return [
        make("unpadded", image(), size=[1, 1, 2, 2], padding=[NONE] * 4),
        make("auto-padding", image(), size=[1, 1, 3, 3]),
        make("strided", tensor(1, 1, 6, 6, distinct=True), size=[1, 1, 2, 2], padding=[NONE] * 4, stride=[1, 1, 2, 2]),
        make("strided-auto-padding", image(), size=[1, 1, 3, 3], stride=[1, 1, 2, 2]),
        make("padded", image(), size=[1, 1, 3, 3], padding=[NONE, NONE, ONE, ONE]),
        make("asymmetric-padding", image(), size=[1, 1, 3, 2], padding=[NONE, NONE, (0, 1), (1, 0)], stride=[1, 1, 1, 2]),
        make("dilated", tensor(1, 1, 7, 7, distinct=True), size=[1, 1, 3, 2], padding=[NONE] * 4, dilation=[1, 1, 2, 3]),
        make("over-channels", tensor(1, 4, 3, 3, distinct=True), size=[1, 3, 1, 1], padding=[NONE, ONE, NONE, NONE]),
        make("one-dimension", tensor(1, 2, 8, distinct=True), size=[1, 1, 3], padding=[NONE, NONE, ONE], stride=[1, 1, 2]),
        make("negative-input", tensor(1, 1, 4, 4, low=-4, high=-1, distinct=True), size=[1, 1, 3, 3], padding=[NONE, NONE, ONE, ONE]),
        *[
            make(f"border-{border}", image(), size=[1, 1, 3, 3], border=border, padding=[NONE, NONE, ONE, ONE])
            for border in borders
        ],
    ]  # fmt: skip


BORDERS = ["ignore", "replicate", "reflect", "reflect-even"]

BOX = [
    *_windows("box", "4.3.2", BORDERS),
    box("normalized", tensor(1, 2, 5, 5), size=[1, 1, 3, 3], padding=[NONE, NONE, ONE, ONE], normalize=True),
    box("normalized-strided", tensor(1, 1, 6, 6), size=[1, 1, 2, 3], padding=[NONE] * 4, stride=[1, 1, 2, 3], normalize=True),
    box("normalized-ignore", tensor(1, 1, 4, 4), size=[1, 1, 3, 3], border="ignore", normalize=True),
    box("over-batch", tensor(3, 2, 2), size=[2, 1, 1], padding=[NONE] * 3),
    debox("unpadded", tensor(1, 2, 3, 3), size=[1, 1, 2, 2], padding=[NONE] * 4),
    debox("auto-padding", tensor(1, 1, 3, 3), size=[1, 1, 3, 3]),
    debox("strided", tensor(1, 2, 3, 3), size=[1, 1, 2, 2], padding=[NONE] * 4, stride=[1, 1, 2, 2]),
    debox("overlapping", tensor(1, 1, 3, 3), size=[1, 1, 3, 3], padding=[NONE, NONE, ONE, ONE], stride=[1, 1, 2, 2]),
    debox("dilated", tensor(1, 1, 3, 3), size=[1, 1, 2, 3], padding=[NONE] * 4, dilation=[1, 1, 2, 1]),
    debox("asymmetric-padding", tensor(1, 1, 4, 4), size=[1, 1, 3, 2], padding=[NONE, NONE, (0, 1), (1, 0)]),
    debox("output-shape", tensor(1, 1, 2, 3), size=[1, 1, 2, 2], padding=[NONE] * 4, stride=[1, 1, 2, 2], output_shape=[1, 1, 5, 6]),
    debox("over-channels", tensor(1, 3, 2, 2), size=[1, 3, 1, 1], padding=[NONE, ONE, NONE, NONE]),
    debox("normalized", tensor(1, 1, 3, 3), size=[1, 1, 2, 2], padding=[NONE] * 4, stride=[1, 1, 2, 2], normalize=True),
    debox("normalized-overlapping", tensor(1, 1, 3, 3), size=[1, 1, 3, 3], padding=[NONE, NONE, ONE, ONE], normalize=True),
]  # fmt: skip


def _sampled(variant: str, input_shape: tuple[int, ...], output_shape: tuple[int, ...], **window: Any) -> Case:
    """`sample` at random positions of the window."""
    volume = 1
    for extent in window["size"]:
        volume *= extent
    index = integers(*output_shape, high=volume - 1)
    return case("sample", variant, tensor(*input_shape), index, section="4.3.3", **window)


def _desampled(variant: str, shape: tuple[int, ...], **window: Any) -> Case:
    volume = 1
    for extent in window["size"]:
        volume *= extent
    return case("desample", variant, tensor(*shape), integers(*shape, high=volume - 1), section="4.3.3", **window)


SAMPLING = [
    *_windows("argmax_pool", "4.3.3", BORDERS),
    case("argmax_pool", "ties", tensor(1, 1, 4, 4, low=0, high=0.03125), section="4.3.3",
         size=[1, 1, 2, 2], padding=[NONE] * 4, stride=[1, 1, 2, 2]),
    _sampled("unpadded", (1, 2, 4, 4), (1, 2, 3, 3), size=[1, 1, 2, 2], padding=[NONE] * 4),
    _sampled("strided", (1, 2, 4, 4), (1, 2, 2, 2), size=[1, 1, 2, 2], padding=[NONE] * 4, stride=[1, 1, 2, 2]),
    _sampled("same-shape", (1, 2, 3, 3), (1, 2, 3, 3), size=[1, 1, 3, 3], padding=[NONE, NONE, ONE, ONE]),
    _sampled("auto-padding", (1, 1, 5, 5), (1, 1, 3, 3), size=[1, 1, 3, 3], stride=[1, 1, 2, 2]),
    _sampled("dilated", (1, 1, 5, 6), (1, 1, 3, 3), size=[1, 1, 2, 2], padding=[NONE] * 4, dilation=[1, 1, 2, 3]),
    _sampled("over-channels", (1, 4, 2, 2), (1, 3, 2, 2), size=[1, 2, 1, 1], padding=[NONE] * 4),
    _sampled("border-replicate", (1, 1, 3, 3), (1, 1, 3, 3), size=[1, 1, 3, 3], border="replicate"),
    _sampled("border-reflect", (1, 1, 3, 3), (1, 1, 3, 3), size=[1, 1, 3, 3], border="reflect"),
    _sampled("border-reflect-even", (1, 1, 3, 3), (1, 1, 3, 3), size=[1, 1, 3, 3], border="reflect-even"),
    _desampled("unpadded", (1, 2, 2, 2), size=[1, 1, 2, 2], padding=[NONE] * 4, stride=[1, 1, 2, 2]),
    _desampled("overlapping", (1, 1, 3, 3), size=[1, 1, 3, 3], padding=[NONE] * 4),
    _desampled("padded", (1, 1, 3, 3), size=[1, 1, 3, 3], padding=[NONE, NONE, ONE, ONE], stride=[1, 1, 2, 2]),
    _desampled("auto-padding", (1, 2, 3, 3), size=[1, 1, 3, 3]),
    _desampled("dilated", (1, 1, 2, 2), size=[1, 1, 2, 2], padding=[NONE] * 4, dilation=[1, 1, 2, 3]),
    _desampled("output-shape", (1, 1, 2, 2), size=[1, 1, 2, 2], padding=[NONE] * 4, stride=[1, 1, 2, 2], output_shape=[1, 1, 5, 4]),
    _desampled("over-channels", (1, 2, 2, 2), size=[1, 2, 1, 1], padding=[NONE] * 4, stride=[1, 2, 1, 1]),
]  # fmt: skip


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

POOLS = [
    *_windows("max_pool", "4.9.3", BORDERS),
    *_windows("max_pool_with_index", "4.9.3", BORDERS, 2),
    *_windows("avg_pool", "4.9.3", BORDERS),
    *_windows("rms_pool", "4.9.3", BORDERS),
]

SEPARABLE = [
    separable_conv("auto-padding", tensor(1, 2, 4, 4), stored(2, 1, 3, 3), stored(3, 2, 1, 1)),
    separable_conv("bias", tensor(1, 2, 4, 4), stored(2, 1, 3, 3), stored(3, 2, 1, 1), stored(1, 3), padding=[ONE, ONE]),
    separable_conv("strided", tensor(1, 2, 5, 5), stored(2, 1, 3, 3), stored(2, 2, 1, 1), padding=[ONE, ONE], stride=[2, 2]),
    separable_conv("dilated", tensor(1, 2, 5, 5), stored(2, 1, 2, 2), stored(2, 2, 1, 1), padding=[NONE, NONE], dilation=[2, 2]),
    separable_conv("multiplier", tensor(1, 2, 3, 3), stored(4, 1, 3, 3), stored(3, 4, 1, 1), padding=[ONE, ONE]),
    separable_conv("grouped", tensor(1, 4, 3, 3), stored(4, 1, 3, 3), stored(4, 2, 1, 1), padding=[ONE, ONE], groups=2),
    separable_conv("border-replicate", tensor(1, 1, 3, 3), stored(1, 1, 3, 3), stored(2, 1, 1, 1), border="replicate", padding=[ONE, ONE]),
    separable_deconv("unpadded", tensor(1, 3, 3, 3), stored(2, 1, 3, 3), stored(3, 2, 1, 1), padding=[NONE, NONE]),
    separable_deconv("auto-padding", tensor(1, 3, 3, 3), stored(2, 1, 3, 3), stored(3, 2, 1, 1)),
    separable_deconv("bias", tensor(1, 3, 3, 3), stored(2, 1, 3, 3), stored(3, 2, 1, 1), stored(1, 2), padding=[ONE, ONE]),
    separable_deconv("strided", tensor(1, 2, 3, 3), stored(2, 1, 3, 3), stored(2, 2, 1, 1), padding=[ONE, ONE], stride=[2, 2]),
    separable_deconv("dilated", tensor(1, 2, 3, 3), stored(2, 1, 2, 2), stored(2, 2, 1, 1), padding=[NONE, NONE], dilation=[2, 2]),
    separable_deconv("output-shape", tensor(1, 2, 2, 2), stored(2, 1, 3, 3), stored(2, 2, 1, 1), padding=[ONE, ONE], stride=[2, 2], output_shape=[1, 2, 4, 3]),
]  # fmt: skip

CASES = [
    *CONV,
    *DECONV,
    *BOX,
    *SAMPLING,
    *_resampled("nearest_downsample", DOWN),
    *_resampled("area_downsample", DOWN),
    *_resampled("nearest_upsample", UP),
    *MULTILINEAR,
    *POOLS,
    *SEPARABLE,
]
