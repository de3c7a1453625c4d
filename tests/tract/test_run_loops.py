"""Loops: chunks, directions, skipped steps, what is scanned beyond the end; attention where nothing is to be seen."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from .helpers import compute
from .oracle import agree

RNG = np.random.RandomState(2)
X = RNG.standard_normal((6, 3)).astype(np.float32)
STEP = """fragment step( x_t: tensor<scalar>, w: tensor<scalar>, h: tensor<scalar> ) -> ( n: tensor<scalar>, o: tensor<scalar> )
{ n = h * w + sum_reduce(x_t, axes = [0]); o = x_t * 2.0 + h; }"""


def loop(extent: int, chunk: int, skip: int = 0) -> str:
    outputs = f"('o', 'full', 0, {chunk}), ('n', 'last', 0, {chunk}), ('n', 'full', 0, {1 if chunk > 0 else -1})"
    bindings = f"scan = [('x_t', x, 0, {chunk})], full = [('w', 0.5)], state = [('h', [[0.1, 0.2, 0.3]], 'n')]"
    return f"""x = external(shape = [{extent}, 3]);
        y, last, full = tract_core_scan(body = 'step', {bindings}, output = [{outputs}], skip = {skip});"""


def by_hand(x: Any, chunk: int, skip: int) -> tuple[Any, Any]:
    h, rows = np.array([[0.1, 0.2, 0.3]], np.float32), []
    for step in range(len(x) // chunk):
        part = x[step * chunk : (step + 1) * chunk]
        if step < skip:
            rows.append(np.zeros_like(part))
            continue
        rows.append(part * 2 + h)
        h = h * 0.5 + part.sum(0, keepdims=True)
    return np.concatenate(rows), h


@pytest.mark.parametrize("chunk", [1, 2, 3, -1])
def test_chunks_and_directions(chunk: int) -> None:
    found, last, _ = agree(loop(6, chunk), [X], fragments=STEP, outputs="y, last, full")
    rows, h = by_hand(X[::-1] if chunk < 0 else X, abs(chunk), 0)
    np.testing.assert_allclose(found, rows[::-1] if chunk < 0 else rows, rtol=1e-5)
    np.testing.assert_allclose(last, h, rtol=1e-5)


@pytest.mark.parametrize("skip", [1, 2])
@pytest.mark.parametrize("chunk", [1, 2])
def test_skipped_steps_compute_nothing(chunk: int, skip: int) -> None:
    """tract's own results hold there what memory held."""
    rows, h = by_hand(X, chunk, skip)
    (last,) = agree(loop(6, chunk, skip), [X], fragments=STEP, outputs="last")
    np.testing.assert_allclose(last, h, rtol=1e-5)
    np.testing.assert_allclose(compute(loop(6, chunk, skip), {"x": X}, fragments=STEP), rows, rtol=1e-5)


def test_the_last_chunk_is_filled_up_with_zeros() -> None:
    rows, _ = by_hand(np.concatenate([X[:5], np.zeros((1, 3), np.float32)]), 2, 0)
    np.testing.assert_allclose(compute(loop(5, 2), {"x": X[:5]}, fragments=STEP), rows, rtol=1e-5)


def test_queries_that_see_nothing_give_no_numbers() -> None:
    q, k, v = (RNG.standard_normal((1, 2, extent, 8)).astype(np.float32) for extent in (3, 4, 4))
    mask = np.zeros((1, 1, 3, 4), np.float32)
    mask[0, 0, 1] = -np.inf
    body = """q = external(shape = [1, 2, 3, 8]);
        k = external(shape = [1, 2, 4, 8]);
        v = external(shape = [1, 2, 4, 8]);
        m = external(shape = [1, 1, 3, 4]);
        y = tract_transformers_sdpa(q, k, v, m, datum_type = 'f32', acc_datum_type = 'f32', is_causal = false);"""
    (found,) = agree(body, [q, k, v, mask])
    assert np.isnan(found[:, :, 1]).all() and not np.isnan(found[:, :, [0, 2]]).any()


@pytest.mark.parametrize("shape", [(1, 5, 6), (3, 5, 6), (1, 1, 6)])
@pytest.mark.parametrize("after", ["", ", post_softmax_mask = true"])
def test_masks_that_hide_everything(shape: tuple[int, ...], after: str) -> None:
    mask = RNG.standard_normal(shape) < 0.5
    mask[0, -1] = False
    body = f"""x = external(shape = [3, 5, 6]);
        m = tract_core_external(shape = {list(shape)}, datum_type = 'bool');
        y = tract_transformers_scaled_masked_softmax(x, m, scale = 0.7{after});"""
    agree(body, [RNG.standard_normal((3, 5, 6)).astype(np.float32), mask])
