"""Boxes that remain when those overlapping better ones are dropped."""

from __future__ import annotations

import numpy as np
import pytest

from .helpers import compute
from .oracle import agree

RNG = np.random.RandomState(0)
BOXES = np.sort(RNG.uniform(0, 1, (2, 6, 2, 2)), axis=2).reshape(2, 6, 4).astype(np.float32)
SCORES = RNG.uniform(0, 1, (2, 3, 6)).astype(np.float32)
BODY = """b = external(shape = [2, 6, 4]);
    s = external(shape = [2, 3, 6]);
    y = tract_onnx_non_max_suppression(b, s, iou_threshold = 0.3"""


@pytest.mark.parametrize("threshold", ["", ", score_threshold = 0.4"])
@pytest.mark.parametrize("count", [0, 2, 10])
@pytest.mark.parametrize("center", [0, 1])
def test_boxes_are_those_of_tract(center: int, count: int, threshold: str) -> None:
    """tract takes the number as i64 only, which a literal is not."""
    most = f"max_output_boxes_per_class = tract_core_cast({count}, to = 'i64')"
    agree(f"{BODY}, center_point_box = {center}, {most}{threshold});", [BOXES, SCORES])


def test_no_number_of_boxes_means_all() -> None:
    """As tract reads 0, though it is none in ONNX."""
    found = compute(f"{BODY});", {"b": BOXES, "s": SCORES})
    assert len(found) > 6 and {tuple(row[:2]) for row in found.tolist()} == {(b, c) for b in range(2) for c in range(3)}
