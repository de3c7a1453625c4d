"""Random operations give for a seed what tract gives."""

from __future__ import annotations

import numpy as np
import pytest

from nnef_lsp.runtime.kernels.tract.random import Generator

from .helpers import compute
from .oracle import agree


def random(dist: str, dtype: str = "f32", seed: int = 42, parameters: str = "[1.0, 3.0]") -> str:
    return f"y = tract_onnx_random(datum_type = '{dtype}', shape = [50, 100], dist = '{dist}', parameters = {parameters}, seed = {seed});"


@pytest.mark.parametrize("seed", [0, 42])
@pytest.mark.parametrize("dtype", ["f32", "f64"])
@pytest.mark.parametrize("dist", ["uniform", "normal"])
def test_random_tensors_are_those_of_tract(dist: str, dtype: str, seed: int) -> None:
    agree(random(dist, dtype, seed), rtol=1e-7, atol=0)


def test_the_distributions_are_what_they_are_called() -> None:
    uniform = compute(random("uniform"))
    assert 1 <= uniform.min() < 1.01 < 2.99 < uniform.max() < 3
    normal = compute(random("normal"))
    assert abs(normal.mean() - 1) < 0.15 and abs(normal.std() - 3) < 0.1


def test_a_seed_repeats_itself() -> None:
    np.testing.assert_array_equal(compute(random("normal")), compute(random("normal")))
    assert (compute(random("normal", seed=1)) != compute(random("normal"))).all()


def test_normal_numbers_reach_beyond_the_layers() -> None:
    generator = Generator(5)
    drawn = np.array([generator.normal() for _ in range(20_000)])
    assert 3.5 < np.abs(drawn).max() < 6


@pytest.mark.parametrize(("dtype", "code"), [("f32", 6), ("f64", 7)])
def test_classes_are_drawn_by_their_weights(dtype: str, code: int) -> None:
    weights = np.log(np.array([[0.2, 0.0001, 0.8], [5.0, 2.0, 3.0]]))
    body = f"""
        x = tract_core_external(shape = [2, 3], datum_type = '{dtype}');
        y = tract_onnx_multinomial(x, dtype = {code}, sample_size = 500, seed = 3);"""
    (found,) = agree(body, [weights.astype({"f32": np.float32, "f64": np.float64}[dtype])])
    shares = np.array([[np.mean(row == kind) for kind in range(3)] for row in found])
    np.testing.assert_allclose(shares, [[0.2, 0, 0.8], [0.5, 0.2, 0.3]], atol=0.06)
