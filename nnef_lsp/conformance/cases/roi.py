"""4.6 Region-of-interest operations.  Regions lie within the map and are at least as large as what they become."""

from __future__ import annotations

from typing import Any

from ..case import Case, Data, case, given, tensor

BATCH = given(0, 1, 0, shape=(3, 1))
REGIONS = given(0.0, 0.0, 6.0, 6.0, 1.0, 2.0, 5.0, 6.0, 2.0, 0.0, 6.0, 4.0, shape=(3, 4))
FRACTIONAL = given(0.25, 0.0, 5.75, 4.25, 1.25, 2.0, 5.25, 6.25, 0.0, 1.75, 4.0, 5.75, shape=(3, 4))
ONE = given(1.0, 1.0, 6.0, 7.0, shape=(1, 4))


def _maps() -> Data:
    return tensor(2, 2, 7, 8, distinct=False)


def _pool(operation: str) -> list[Case]:
    def make(variant: str, rois: Data, batch: Data, size: list[int]) -> Case:
        return case(operation, variant, _maps(), rois, batch, section="4.6.1", output_size=size)

    first = given(0, shape=(1, 1))
    return [
        make("whole-cells", REGIONS, BATCH, [2, 2]),
        make("single-cell", REGIONS, BATCH, [1, 1]),
        make("overlapping-cells", ONE, first, [2, 4]),
        make("rounded-corners", FRACTIONAL, BATCH, [2, 2]),
        make("uneven", REGIONS, BATCH, [4, 2]),
    ]


def _resample(operation: str, size: list[int], name: str, **extra: Any) -> list[Case]:
    def make(variant: str, rois: Data, method: str = "", batch: Data = BATCH) -> Case:
        attributes: dict[str, Any] = {**extra, name: method} if method else extra
        return case(operation, variant, _maps(), rois, batch, section="4.6.2", output_size=size, **attributes)

    return [
        make("default", REGIONS),
        make("symmetric", REGIONS, "symmetric"),
        make("asymmetric", REGIONS, "asymmetric"),
        make("aligned", REGIONS, "aligned"),
        make("asymmetric-fractional", FRACTIONAL, "asymmetric"),
        make("one-region", ONE, batch=given(1, shape=(1, 1))),
    ]


CASES = [
    *_pool("avg_roi_pool"),
    *_pool("max_roi_pool"),
    *_resample("roi_resample", [3, 4], "method"),
    *_resample("avg_roi_align", [2, 1], "resize_method", sampling_rate=[2, 3]),
    *_resample("max_roi_align", [2, 2], "resize_method", sampling_rate=[2, 2]),
]
