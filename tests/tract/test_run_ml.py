"""Tables and decision forests of ONNX-ML."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from .helpers import compute
from .oracle import agree

INDEX = "i = tract_core_external(shape = [2, 3], datum_type = 'i32');"
PICKS = np.array([[0, 2, -1], [5, 1, 7]], np.int32)


def test_a_table_is_read_by_index() -> None:
    body = f"""{INDEX}
        v = variable<integer>(shape = [3], label = 'v');
        f = tract_core_cast(9, to = 'i64');
        y = tract_onnx_ml_direct_lookup(i, v, f);"""
    (found,) = agree(body, [PICKS], files={"v": np.array([10, 20, 30])})
    np.testing.assert_array_equal(found, [[10, 30, 9], [9, 20, 9]])


@pytest.mark.parametrize("arguments", ["[1, 2, 7, 2], fallback = -1", "-1, fallback = [1, 2, 7, 2]"])
def test_a_table_is_searched(arguments: str) -> None:
    """The second way round is how tract reads the two arguments."""
    found = compute(f"{INDEX}\n y = tract_onnx_ml_reverse_lookup(i, keys = {arguments});", {"i": PICKS})
    np.testing.assert_array_equal(found, [[-1, 1, -1], [-1, 0, 2]])
    assert found.dtype == np.int32


def bits(value: float) -> Any:
    return np.float32(value).view(np.uint32)


def forest(comparison: int, aggregate: str, nan_is_true: bool) -> tuple[str, dict[str, Any]]:
    flags = comparison | (0x100 if nan_is_true else 0)
    nodes = [
        [0, 1, 2, bits(0.2), flags], [1, 3, 4, bits(-0.5), comparison], [4, 6, 0, 0, 0], [0, 1, 0, 0, 0], [1, 4, 0, 0, 0],
        [2, 6, 7, bits(0.1), flags], [6, 8, 0, 0, 0], [2, 3, 0, 0, 0],
    ]  # fmt: skip
    leaves = [[0, 0.5], [1, -0.25], [2, 1.5], [0, -2.0], [1, 3.0], [2, 0.1], [0, -0.7], [0, 0.9]]
    body = f"""
        x = external(shape = [20, 3]);
        t = variable<scalar>(shape = [2], label = 't');
        n = variable<scalar>(shape = [8, 5], label = 'n');
        l = variable<scalar>(shape = [8, 2], label = 'l');
        y = tract_onnx_ml_tree_ensemble_classifier(x, t, n, l, max_used_feature = 2, n_classes = 4, aggregate_fn = '{aggregate}');"""
    rows = np.array([[kind, bits(vote)] for kind, vote in leaves], np.uint32)
    return body, {"t": np.array([0, 5], np.uint32), "n": np.array(nodes, np.uint32), "l": rows}


@pytest.mark.parametrize("nan_is_true", [True, False])
@pytest.mark.parametrize(
    ("comparison", "aggregate"), [*[(code, "SUM") for code in range(1, 6)], (3, "AVERAGE"), (3, "MIN"), (5, "MAX")]
)
def test_a_forest_votes(comparison: int, aggregate: str, nan_is_true: bool) -> None:
    x = np.random.RandomState(0).standard_normal((20, 3)).astype(np.float32)
    x[3, 0] = x[4, 2] = np.nan
    body, files = forest(comparison, aggregate, nan_is_true)
    agree(body, [x], files=files)


def test_a_forest_by_hand() -> None:
    """x[0] < 0.2 and x[1] < -0.5 lead to the first leaf, x[2] < 0.1 in the second tree to two votes for class 0."""
    body, files = forest(3, "SUM", False)
    x = np.tile(np.array([[0.0, -1.0, 0.0]], np.float32), (20, 1))
    (found,) = agree(body, [x], files=files)
    np.testing.assert_allclose(found[0], [0.5 - 0.7 + 0.9, 0, 0, 0], rtol=1e-6)
