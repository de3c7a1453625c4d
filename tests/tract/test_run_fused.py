"""Whole layers in one operation, against tract."""

from __future__ import annotations

import numpy as np
import pytest

from .helpers import document, reported
from .oracle import agree

RNG = np.random.RandomState(5)
X = RNG.standard_normal((2, 6, 4)).astype(np.float32)
IN = "x = external(shape = [2, 6, 4]);"


@pytest.mark.parametrize("more", ["", ", eps = 0.5", ", out_dt = 'f16'", ", out_dt = 'f64'", ", scale_dt = 'f16'"])
@pytest.mark.parametrize("axis", [0, 1, 2])
def test_scaled_norm(axis: int, more: str) -> None:
    body = (
        f"{IN}\n s = external(shape = [{X.shape[axis]}]);\n y = tract_core_scaled_rms_norm(x, s, axis = {axis}{more});"
    )
    agree(body, [X, RNG.rand(X.shape[axis]).astype(np.float32)], rtol=2e-3 if "16" in more else 1e-4)


def test_clamped_gate() -> None:
    agree(f"{IN}\n y = tract_core_clamped_swiglu(x, x * 2.0, alpha = 1.702, limit = 1.0);", [X])


@pytest.mark.parametrize("bias", ["false", "true"])
@pytest.mark.parametrize("chunk", [1, -1])
def test_a_whole_gru(chunk: int, bias: str) -> None:
    given = "b = b, " if bias == "true" else ""
    files = {"w": (15, 4), "r": (15, 5), "b": (1, 30)}
    variables = [
        f"{name} = variable<scalar>(label = '{name}', shape = {list(shape)});" for name, shape in files.items()
    ]
    agree(
        "\n".join(
            [IN, "h = external(shape = [2, 1, 5]);", *variables,
             f"y, last = tract_core_gru_seq(x, w, r, {given}initial_h = h, hidden = 5, chunk = {chunk}, has_bias = {bias});"]
        ),
        [X, RNG.standard_normal((2, 1, 5)).astype(np.float32)],
        files={name: RNG.standard_normal(shape).astype(np.float32) for name, shape in files.items()},
        outputs="y, last",
    )  # fmt: skip


def test_a_gru_of_projected_inputs_that_gives_only_its_last_state() -> None:
    ours = agree(
        """x = external(shape = [2, 6, 15]);
        h = external(shape = [2, 1, 5]);
        r = variable<scalar>(label = 'r', shape = [15, 5]);
        y, last = tract_core_gru_seq(x = x, r = r, initial_h = h, hidden = 5, chunk = 1, emit_y = 0, projected = 1);""",
        [RNG.standard_normal((2, 6, 15)).astype(np.float32), RNG.standard_normal((2, 1, 5)).astype(np.float32)],
        files={"r": RNG.standard_normal((15, 5)).astype(np.float32)},
        outputs="y, last",
    )
    assert [array.shape for array in ours] == [(2, 0, 5), (2, 1, 5)]


@pytest.mark.parametrize(
    ("statement", "rule"),
    [
        ("y = tract_core_scaled_rms_norm(x, [1.0, 2.0], axis = 2);", "shape-mismatch"),
        ("y = tract_core_scaled_rms_norm(x, [1.0, 2.0, 3.0, 4.0], axis = 3);", "axis-out-of-range"),
        ("y = tract_core_scaled_rms_norm(x, [1.0, 2.0, 3.0, 4.0], axis = 2, out_dt = 'i32');", "invalid-value"),
        ("y = tract_core_clamped_swiglu(x, 1.0, alpha = 1.0, limit = 1.0);", "shape-mismatch"),
        ("y = tract_core_clamped_swiglu(x, x, alpha = 1.0, limit = 0.0);", "invalid-value"),
    ],
)
def test_what_tract_refuses(statement: str, rule: str) -> None:
    assert f"error[{rule}]" in reported(document(f"{IN}\n{statement}"))
