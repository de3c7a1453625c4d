"""What tract's operations compute, against numpy or formulas written out."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from .helpers import compute

RNG = np.random.RandomState(7)
A = RNG.standard_normal((2, 3, 4)).astype(np.float32)
IN = "x = external(shape = [2, 3, 4]);"


def softmax(x: Any, axis: int) -> Any:
    e = np.exp(x - x.max(axis, keepdims=True))
    return e / e.sum(axis, keepdims=True)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("tract_core_softmax(x, axes = [2])", softmax(A, 2)),
        ("tract_core_log_softmax(x, axes = [1])", np.log(softmax(A, 1))),
        ("tract_core_cumsum(x, axis = 2, exclusive = false, reverse = false)", np.cumsum(A, 2)),
        ("tract_core_cumsum(x, 2, true, true)", np.cumsum(A[..., ::-1], 2)[..., ::-1] - A),
        ("tract_core_rms_norm(x, axis = 2)", A / np.sqrt((A**2).mean(2, keepdims=True) + 1e-6)),
        ("tract_core_einsum([x, x], expr = 'bik,bjk->bij', acc = 'f32')", np.einsum("bik,bjk->bij", A, A)),
        ("tract_core_einsum([x], expr = 'bij->j', acc = 'f32')", A.sum((0, 1))),
        ("tract_core_gather(x, [[2, 0], [-1, 1]], axis = 1)", A[:, [[2, 0], [-1, 1]]]),
        ("tract_core_product_reduce(x, axes = [0, 2])", A.prod((0, 2), keepdims=True)),
        ("tract_core_trilu(x, k = 1, upper = true)", np.triu(A, 1)),
        ("tract_core_pow_const(abs(x), exponent = 0.5)", np.sqrt(np.abs(A))),
        ("tract_core_hard_swish(x)", A * np.clip(A / 6 + 0.5, 0, 1)),
        ("tract_core_silu(x)", A / (1 + np.exp(-A))),
        (
            "tract_core_broadcast(slice(x, axes = [1], begin = [0], end = [1]), shape = [2, 5, 4])",
            np.repeat(A[:, :1], 5, 1),
        ),
        ("tract_core_downsample(x, axis = 2, stride = -1)", A[..., ::-1]),
        ("tract_core_downsample(x, axis = 2, stride = 2, modulo = 1)", A[..., 1::2]),
        ("slice(x, axes = [2], begin = [1], end = [-1])", A[..., 1:-1]),
        ("unsqueeze(x, axes = [0, 0])", A[None, None]),
        ("tract_core_round_even(x * 10.0)", np.rint(A * 10)),
        ("x * 0.5 + 1.0", A * 0.5 + 1),
        ("select(x > 0.0, x, -inf)", np.where(A > 0, A, -np.inf)),
        ("tract_core_cast(x * 10.0, to = 'i8')", np.trunc(A * 10).astype(np.int8)),
        ("tract_core_is_inf(x / 0.0, detect_negative = false)", A > 0),
        ("tract_core_matmul(x, transpose(x, axes = [0, 2, 1]), axes = [1, 2, 1, 2, 1, 2])", A @ A.transpose(0, 2, 1)),
    ],
)
def test_an_expression(expression: str, expected: Any) -> None:
    np.testing.assert_allclose(compute(f"{IN}\n y = {expression};", {"x": A}), expected, rtol=1e-5, atol=1e-6)


def test_gathering_and_scattering_undo_each_other() -> None:
    body = f"""{IN}
        i = tract_core_external(shape = [2, 2], datum_type = 'i64');
        g = tract_core_gather_nd(x, i, batch_dims = 0);
        y = tract_core_scatter_nd(x, i, g * 0.0, reduction = "none");"""
    picks = np.array([[0, 2], [1, 1]])
    expected = A.copy()
    expected[0, 2] = expected[1, 1] = 0
    np.testing.assert_array_equal(compute(body, {"x": A, "i": picks}), expected)


@pytest.mark.parametrize("reduction", ["none", "add", "mul", "min", "max"])
def test_scatter_elements_by_loops(reduction: str) -> None:
    picks = RNG.randint(-3, 3, (2, 2, 4))
    updates = RNG.standard_normal((2, 2, 4)).astype(np.float32)
    expected = A.copy()
    for b, i, j in np.ndindex(*picks.shape):
        at = (b, picks[b, i, j], j)
        old, new = expected[at], updates[b, i, j]
        expected[at] = {"none": new, "add": old + new, "mul": old * new, "min": min(old, new), "max": max(old, new)}[
            reduction
        ]
    body = f"""{IN}
        i = tract_core_external(shape = [2, 2, 4], datum_type = 'i64');
        u = external(shape = [2, 2, 4]);
        y = tract_core_scatter_elements(x, i, u, axis = 1, reduction = '{reduction}');"""
    np.testing.assert_allclose(compute(body, {"x": A, "i": picks, "u": updates}), expected, rtol=1e-6)


def test_a_loop_carries_its_state() -> None:
    body = "fragment step( x_t: tensor<scalar>, w: tensor<scalar>, h: tensor<scalar> ) -> ( n: tensor<scalar> ) { n = h * w + x_t; }"
    for chunk, axis in ((1, 0), (-1, 0)):
        statements = f"""
            x = external(shape = [T, 3]);
            y, last = tract_core_scan(body = 'step', scan = [('x_t', x, {axis}, {chunk})], full = [('w', 0.5)],
            state = [('h', [[0.0, 0.0, 0.0]], 'n')], output = [('n', 'full', 0, {chunk}), ('n', 'last', 0)]);""".replace(
            "\n            state", " state"
        )
        x = RNG.standard_normal((5, 3)).astype(np.float32)
        h, rows = np.zeros(3, np.float32), []
        for row in x[::chunk]:
            h = h * np.float32(0.5) + row
            rows.append(h)
        found = compute(statements, {"x": x}, "extension tract_symbol T;", body, T=5)
        np.testing.assert_allclose(found, np.array(rows)[::chunk], rtol=1e-6)


@pytest.mark.parametrize("causal", ["true", "false"])
def test_attention_shares_heads(causal: str) -> None:
    q, k = (
        RNG.standard_normal((2, 1, 4, 5, 8)).astype(np.float32)[0],
        RNG.standard_normal((1, 2, 5, 8)).astype(np.float32),
    )
    body = f"""
        q = external(shape = [1, 4, 5, 8]);
        k = external(shape = [1, 2, 5, 8]);
        y = tract_transformers_sdpa(q, k, k, datum_type = 'f32', acc_datum_type = 'f32', is_causal = {causal});"""
    keys = np.repeat(k, 2, 1)
    scores = q @ keys.swapaxes(-1, -2) / np.sqrt(8)
    if causal == "true":
        scores = np.where(np.tril(np.ones((5, 5), bool)), scores, -np.inf)
    np.testing.assert_allclose(compute(body, {"q": q, "k": k}), softmax(scores, -1) @ keys, rtol=1e-4, atol=1e-5)


def test_bounds_that_only_the_run_knows() -> None:
    body = f"""{IN}
        n = tract_core_external(shape = [], datum_type = 'i64');
        y = slice(x, axes = [2], begin = [0], end = [n]);"""
    np.testing.assert_array_equal(compute(body, {"x": A, "n": np.array(3)}), A[..., :3])


def test_fourier_transforms() -> None:
    z = RNG.standard_normal((2, 8, 2)).astype(np.float32)
    body = "x = external(shape = [2, 8, 2]); \n y = tract_core_fft(x, axis = 1, inverse = false);"
    expected = np.fft.fft(z[..., 0] + 1j * z[..., 1], axis=1)
    np.testing.assert_allclose(
        compute(body, {"x": z}), np.stack([expected.real, expected.imag], -1), rtol=1e-4, atol=1e-5
    )


def test_the_largest_items_in_order() -> None:
    values = np.array([[1, 3, 3, 2]], np.float32)
    for result, expected in (("v", [[3, 3]]), ("i", [[1, 2]])):
        body = f"x = external(shape = [1, 4]); \n v, i = tract_core_topk(x, 2, 1, true); \n y = {result};"
        np.testing.assert_array_equal(compute(body, {"x": values}), expected)


def test_quantized_products_round_to_codes() -> None:
    random = np.random.RandomState(7)  # of its own: where a half is rounded, the order of the tests would decide
    a, b = random.randint(-9, 9, (2, 3)).astype(np.int8), random.randint(-9, 9, (3, 4)).astype(np.int8)
    body = """
        a = tract_core_external(shape = [2, 3], datum_type = 'i8');
        b = tract_core_external(shape = [3, 4], datum_type = 'i8');
        y = tract_core_einsum_q([a, b], expr = 'mk,kn,,,,,,,->mn', acc = 'i32', output = 'i8', bias = 0, a0 = 1, a_scale = 0.5, b0 = 0, b_scale = 0.25, c0 = 3, c_scale = 2.0);"""
    real = ((a.astype(int) - 1) * 0.5) @ (b.astype(int) * 0.25)
    np.testing.assert_array_equal(compute(body, {"a": a, "b": b}), np.clip(np.rint(real / 2) + 3, -128, 127))


def test_sampling_in_the_middle_of_items_gives_them_back() -> None:
    image = RNG.standard_normal((1, 2, 3, 4)).astype(np.float32)
    ys, xs = np.meshgrid((np.arange(3) * 2 + 1) / 3 - 1, (np.arange(4) * 2 + 1) / 4 - 1, indexing="ij")
    grid = np.stack([xs, ys], -1)[None].astype(np.float32)
    body = "x = external(shape = [1, 2, 3, 4]); \n g = external(shape = [1, 3, 4, 2]); \n y = tract_core_grid_sample(x, g);"
    np.testing.assert_allclose(compute(body, {"x": image, "g": grid}), image, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ("interpolator = 'nearest', coord_transformer = 'asymmetric'", [1, 1, 2, 2, 3, 3]),
        ("interpolator = 'linear', coord_transformer = 'half_pixel'", [1, 1.25, 1.75, 2.25, 2.75, 3]),
        ("interpolator = 'linear', coord_transformer = 'align_corners'", [1, 1.4, 1.8, 2.2, 2.6, 3]),
    ],
)
def test_resizing(attributes: str, expected: list[float]) -> None:
    body = f"x = external(shape = [3]); \n y = tract_core_resize(x, [2.0], {attributes});"
    np.testing.assert_allclose(compute(body, {"x": np.array([1, 2, 3], np.float32)}), expected, rtol=1e-6)


@pytest.mark.parametrize("extents", [[], [2], [2, 3]])
@pytest.mark.parametrize("parameter", ["[0.5]", "[[0.5]]", "[[[0.5]]]", "0.5"])
def test_an_input_takes_the_rank_of_its_parameters(extents: list[int], parameter: str) -> None:
    given = np.linspace(-1, 1, int(np.prod(extents)), dtype=np.float32).reshape(extents)
    wanted = given.reshape([*extents, *[1] * (parameter.count("[") - len(extents))])
    head = f"x = external(shape = {extents}); y = "
    same = compute(f"{head}prelu(x, {parameter});", {"x": given})
    np.testing.assert_array_equal(same, np.where(wanted < 0, 0.5 * wanted, wanted))
    for place in range(4):
        others = ", ".join(parameter if at == place else "0.5" for at in range(4))
        found = compute(f"{head}batch_normalization(x, {others}, epsilon = 0.5);", {"x": given})
        np.testing.assert_allclose(found, 0.5 + 0.5 * (wanted - 0.5), rtol=1e-6)


@pytest.mark.parametrize("dtype", ["f16", "f64", "i8", "i32", "i64"])
@pytest.mark.parametrize(
    ("expression", "expected"),
    [("prelu(x, 2.0)", [-6, 1, 2]), ("prelu(x, [2.0, 0.0, 3.0])", [-6, 1, 2]), ("clamp(x, -1.0, [5.0, 0.0, 7.0])", [-1, 0, 2]),
     ("batch_normalization(x, 1.0, 4.0, 0.0, 2.0, epsilon = 0.0)", [-4, 0, 1]), ("linear(unsqueeze(x, axes = [0]), [[1.0, 2.0, 3.0]], 1.0)", [6])],
)  # fmt: skip
def test_constants_take_the_type_of_what_they_are_combined_with(
    expression: str, expected: list[int], dtype: str
) -> None:
    if dtype[0] == "i" and expression[0] in "bl":
        pytest.skip("tract computes these in floats")
    kind = np.dtype(dtype.replace("f", "float").replace("i", "int"))
    body = f"x = tract_core_external(shape = [3], datum_type = '{dtype}'); y = {expression};"
    found = compute(body, {"x": np.array([-3, 1, 2], kind)})
    assert found.dtype == kind
    assert found.ravel().tolist() == expected


@pytest.mark.parametrize("operation", ["nearest_upsample", "multilinear_upsample"])
@pytest.mark.parametrize("extents, factor", [([4, 3], [2, 3]), ([1, 2, 4, 3], [3]), ([2, 3, 4], [2, 1, 3]), ([5], [2])])
def test_factors_are_those_of_the_last_axes(operation: str, extents: list[int], factor: list[int]) -> None:
    """As many as there are, batch and channels or not: the others ride along as a batch."""
    given = RNG.standard_normal(extents).astype(np.float32)
    last = extents[len(extents) - len(factor) :]
    whole = [int(np.prod(extents)) // int(np.prod(last)), 1, *last]
    head = f"x = external(shape = {extents}); y = "
    border = ", border = 'replicate'" if operation[0] == "m" else ""
    found = compute(f"{head}{operation}(x, factor = {factor}{border});", {"x": given})
    standard = f"x = external(shape = {whole}); y = {operation}(x, factor = {factor}{border});"
    wanted = compute(standard, {"x": given.reshape(whole)})
    np.testing.assert_allclose(found.ravel(), wanted.ravel(), rtol=1e-6)
    assert list(found.shape) == [*extents[: len(extents) - len(factor)], *(e * f for e, f in zip(last, factor))]


@pytest.mark.parametrize(
    ("dtype", "items", "expression", "expected"),
    [
        ("i32", [1, 2, 3, 5], "avg_pool(x, {})", 2), ("i32", [-1, -2, -3, -5], "avg_pool(x, {})", -2), ("i8", [100, 100, 100, 101], "avg_pool(x, {})", 100),
        ("i8", [100, 100, 100, 101], "box(x, {})", 127), ("u8", [200, 200, 200, 201], "box(x, {})", 255), ("i64", [1, 2, 3, 5], "box(x, {})", 11),
        ("u8", [200, 200, 200, 201], "rms_pool(x, {})", 15), ("i8", [100, 100, 100, 101], "rms_pool(x, {})", 11), ("i32", [1, 2, 3, 5], "rms_pool(x, {})", 3),
    ],
)  # fmt: skip
def test_sums_and_means_of_whole_numbers_stay_in_their_type(
    dtype: str, items: list[int], expression: str, expected: int
) -> None:
    """Asked of tract 0.23.9."""
    window = "size = [1, 1, 2, 2], padding = [(0, 0), (0, 0), (0, 0), (0, 0)], border = 'ignore'"
    kind = np.dtype(dtype.replace("u", "uint") if dtype[0] == "u" else dtype.replace("i", "int"))
    body = f"x = tract_core_external(shape = [1, 1, 2, 2], datum_type = '{dtype}'); y = {expression.format(window)};"
    found = compute(body, {"x": np.array(items, kind).reshape(1, 1, 2, 2)})
    assert (found.dtype, found.ravel().tolist()) == (kind, [expected])
