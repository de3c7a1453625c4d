"""4.3.3 Index based sampling, and max_pool_with_index (4.9.3)."""

from __future__ import annotations

from typing import Any

from ..case import NONE, ONE, Case, case, integers, tensor
from .pooling import BORDERS, windows


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


CASES = [
    *windows("argmax_pool", "4.3.3", BORDERS),
    *windows("max_pool_with_index", "4.9.3", BORDERS, 2),
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
