"""Several results in parentheses and in either branch of an if-else, assigned to a tuple or an array (section 3.2.3)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from ..cli.helpers import cli

Capture = pytest.CaptureFixture[str]

DOCUMENT = """version 1.0;
extension KHR_enable_fragment_definitions, KHR_enable_operator_expressions;

fragment two( x: tensor<scalar>, n: integer ) -> ( a: tensor<scalar>, b: tensor<scalar> )
{
    a, b = (x * 2.0, x * 3.0) if n > 0 else moments(x, axes = [1]);
}

graph g( x ) -> ( y )
{
    x = external(shape = [1, 4]);
    STATEMENT
    y = a - b;
}
"""
X = np.array([[1, 2, 3, 6]], np.float32)
MEAN, VARIANCE = np.full((1, 1), 3, np.float32), np.full((1, 1), 3.5, np.float32)


@pytest.mark.parametrize(
    ("statement", "y"),
    [
        ("a, b = (moments(x, axes = [1]));", MEAN - VARIANCE),
        ("a, b = two(x, n = 1);", -X),
        ("a, b = two(x, n = 0);", MEAN - VARIANCE),
        ("(a, b) = (x, x + 1.0) if false else ((moments(x, axes = [1])) if true else (x, x));", MEAN - VARIANCE),
        ("[a, b] = (split(x, axis = 1, ratios = [1, 1])) if true else [x, x];", X[:, :2] - X[:, 2:]),
        ("[a, b] = [x, x * 2.0] if true else split(x, axis = 1, ratios = [1, 1]);", -X),
    ],
)
def test_each_name_gets_its_result(tmp_path: Path, capsys: Capture, statement: str, y: np.ndarray) -> None:
    (tmp_path / "graph.nnef").write_text(DOCUMENT.replace("STATEMENT", statement))
    np.savez(tmp_path / "io.npz", x=X, y=y)
    assert "error" not in cli(capsys, "check", tmp_path).out
    assert cli(capsys, "verify", tmp_path) == (0, f"ok    {tmp_path}\n", "")


@pytest.mark.parametrize(
    "statement",
    [
        "a, b = (relu((moments(x, axes = [1]))), x);",
        "a, b = (moments(x, axes = [1])) if true else x;",
        "a, b = (x, (moments(x, axes = [1])));",
    ],
)
def test_one_value_is_wanted_inside_of_other_expressions(tmp_path: Path, capsys: Capture, statement: str) -> None:
    (tmp_path / "graph.nnef").write_text(DOCUMENT.replace("STATEMENT", statement))
    assert cli(capsys, "check", tmp_path).status == 1
