"""4.3.2 Box filter and 4.9.3 pooling."""

from __future__ import annotations

from functools import partial
from typing import Any

from ..case import NONE, ONE, Case, case, tensor

box = partial(case, "box", section="4.3.2")
debox = partial(case, "debox", section="4.3.2")


def windows(operation: str, section: str, borders: list[str], results: int = 1) -> list[Case]:
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
    *windows("box", "4.3.2", BORDERS),
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

POOLS = [
    *windows("max_pool", "4.9.3", BORDERS),
    *windows("avg_pool", "4.9.3", BORDERS),
    *windows("rms_pool", "4.9.3", BORDERS),
]

CASES = [*BOX, *POOLS]
