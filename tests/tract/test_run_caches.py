"""Caches of keys and values, attention that has one of its own, and the steps of linear attention."""

from __future__ import annotations

import numpy as np
import pytest

from nnef_lsp.runtime.errors import RunError

from .helpers import analyse, compute, document
from .oracle import agree

RNG = np.random.RandomState(11)
SYMBOLS = "extension tract_symbol S;\nextension tract_symbol P;\n"
SHAPES = "past_sequence_shape = [1, 2, P, 6], input_sequence_shape = [1, 2, S, 6]"
KEYS = f"x = external(shape = [1, 2, S, 6]);\n c = tract_transformers_dyn_kv_cache(x, name = 'c', axis = 2, datum_type = 'f32', {SHAPES});\n"
X = RNG.standard_normal((1, 2, 70, 6)).astype(np.float32)


@pytest.mark.parametrize(
    "statement",
    [
        "y = c * 2.0;",
        "y = slice(c, axes = [2], begin = [P], end = [P + S]) * 2.0;",
        "y = tract_core_broadcast(slice(c, axes = [2], begin = [0], end = [1]), shape = [1, 2, P + S, 6]);",
        "y = tract_core_cast(tract_core_range(P, P + S, 1), to = 'f32');\n z = c + 0.0;",
    ],
)
def test_a_cache_begins_empty(statement: str) -> None:
    """The symbol of its past is 0, wherever it stands."""
    agree(KEYS + statement, [X], header=SYMBOLS, outputs="y, z" if "z =" in statement else "y")


def test_a_past_that_is_not_empty_is_refused() -> None:
    with pytest.raises(RunError, match="'c' is said to hold 3 items already, but a run begins with empty caches"):
        compute(f"{KEYS} y = relu(c);", {"x": X[:, :, :4]}, SYMBOLS, P=3, S=4)


@pytest.mark.parametrize("bits", [4, 8])
@pytest.mark.parametrize("per_channel", [0, 1])
def test_caches_in_few_bits_lose_what_tract_loses(bits: int, per_channel: int) -> None:
    body = f"""x = external(shape = [1, 2, S, 6]);
        y = tract_transformers_quantized_dyn_kv_cache(x, name = 'c', axis = 2, bits = {bits}, per_channel = {per_channel}, datum_type = 'f32', {SHAPES});"""
    (found,) = agree(body, [X], header=SYMBOLS, rtol=1e-5)
    assert (found[:, :, :4] == X[:, :, :4]).all() and not (found == X).all()
    step = np.ptp(X) / (2**bits - 1)
    assert np.abs(found - X).max() <= step


ATTENTION = (
    "q = external(shape = [1, 4, 3, 8]);\n k = external(shape = [1, 2, 7, 8]);\n v = external(shape = [1, 2, 7, 8]);\n"
)


def queries(scale: float = 1) -> list[np.ndarray]:
    q, k, v = (RNG.standard_normal(shape).astype(np.float32) for shape in ((1, 4, 3, 8), (1, 2, 7, 8), (1, 2, 7, 8)))
    return [q, k * np.float32(scale), v]


@pytest.mark.parametrize("window", [1, 4, 20])
def test_a_window_sees_the_last_keys(window: int) -> None:
    q, k, v = queries()
    (found,) = agree(
        f"{ATTENTION} y = tract_transformers_window_kv_sdpa(q, k, v, axis = 2, window = {window});", [q, k, v]
    )
    k, v = (np.repeat(array[:, :, -window:], 2, 1) for array in (k, v))
    powers = np.exp(q @ k.swapaxes(-1, -2) / np.sqrt(8))
    np.testing.assert_allclose(found, powers / powers.sum(-1, keepdims=True) @ v, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("scale", ["", ", scale = 0.3"])
@pytest.mark.parametrize("size", [1, 300])
def test_attention_to_a_cache_in_8_bits(scale: str, size: int) -> None:
    agree(f"{ATTENTION} y = tract_transformers_quantized_kv_sdpa(q, k, v, axis = 2{scale});", queries(size))


@pytest.mark.parametrize("times", [1, 6])
def test_a_causal_convolution_gives_its_state_back(times: int) -> None:
    x, w, s = (RNG.standard_normal(shape).astype(np.float32) for shape in ((2, 3, times), (3, 4), (2, 3, 4)))
    body = f"""x = external(shape = [2, 3, {times}]);
        w = external(shape = [3, 4]);
        s = external(shape = [2, 3, 4]);
        y, z = tract_transformers_causal_conv1d_update(x, w, s);"""
    found, state = agree(body, [x, w, s], outputs="y, z")
    line = np.concatenate([s, x], axis=-1)
    last = (line[..., -4:] * w).sum(-1)
    np.testing.assert_allclose(found[..., -1], last / (1 + np.exp(-last)), rtol=1e-4)
    np.testing.assert_array_equal(state, line[..., -4:])


@pytest.mark.parametrize(("times", "heads"), [(1, 2), (3, 4)])
def test_a_gated_delta_network_step_by_step(times: int, heads: int) -> None:
    """With as many heads of values as of queries, or a multiple of them."""
    dtype = np.float32
    q, k = (RNG.standard_normal((1, times, 2, 16)).astype(dtype) for _ in "qk")
    v = RNG.standard_normal((1, times, heads, 16)).astype(dtype)
    g, b = -np.abs(RNG.standard_normal((1, times, heads))).astype(dtype), np.full((1, times, heads), 0.5, dtype)
    s = RNG.standard_normal((1, heads, 16, 16)).astype(dtype)
    body = f"""q = external(shape = [1, {times}, 2, 16]);
        k = external(shape = [1, {times}, 2, 16]);
        v = external(shape = [1, {times}, {heads}, 16]);
        g = external(shape = [1, {times}, {heads}]);
        b = external(shape = [1, {times}, {heads}]);
        s = external(shape = [1, {heads}, 16, 16]);
        y, z = tract_transformers_gdn_recurrent(q, k, v, g, b, s);"""
    found, _ = agree(body, [q, k, v, g, b, s], outputs="y, z")
    unit = k[0, 0, 0] / np.sqrt((k[0, 0, 0] ** 2).sum() + 1e-6)
    state = s[0, 0] * np.exp(g[0, 0, 0])
    state = state + np.outer(unit, (v[0, 0, 0] - unit @ state) * 0.5)
    query = q[0, 0, 0] / np.sqrt((q[0, 0, 0] ** 2).sum() + 1e-6) / 4
    np.testing.assert_allclose(found[0, 0, 0], query @ state, rtol=1e-3, atol=1e-4)


def test_the_state_of_linear_attention_keeps_its_type() -> None:
    text = document(
        """x = tract_core_external(shape = [1, 3, 2], datum_type = 'f16');
        w = tract_core_external(shape = [3, 4], datum_type = 'f16');
        s = external(shape = [1, 3, 4]);
        y, z = tract_transformers_causal_conv1d_update(x, w, s);"""
    )
    tensors = analyse(text).tensors()
    assert (tensors["y"].dtype, tensors["z"].dtype) == ("f16", "f32")
