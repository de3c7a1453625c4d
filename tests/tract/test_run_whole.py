"""Operations of real numbers over whole ones, and maxima of windows in padding, as tract computes them."""

from __future__ import annotations

import numpy as np
import pytest

from nnef_lsp.runtime.errors import RunError

from .helpers import compute
from .oracle import agree

ITEMS = np.array([[-3, -1, 0, 1, 2, 5, 7, 100, -100]])
TYPES = {"i32": np.int32, "u8": np.uint8, "i8": np.int8}
FUNCTIONS = [
    "exp",
    "log",
    "sin",
    "cos",
    "tan",
    "sinh",
    "cosh",
    "tanh",
    "asin",
    "acos",
    "atan",
    "asinh",
    "acosh",
    "atanh",
    "neg",
    "abs",
    "sqr",
    "sqrt",
    "recip",
    "rsqrt",
    "sigmoid",
    "softplus",
    "elu",
    "tract_core_round_even",
]
CALLS = [
    *(f"{name}(x)" for name in FUNCTIONS),
    "softabs(x, epsilon = 2.0)",
    "mean_reduce(x, axes = [1])",
    "sum_reduce(x, axes = [1])",
    "l1_normalization(x, axes = [1])",
    "l2_normalization(x, axes = [1])",
]
MAPS = np.random.RandomState(3).randint(-3, 4, (2, 2, 5, 6)).astype(np.float32)


@pytest.mark.parametrize("dtype", TYPES)
def test_functions_are_cut_to_whole_numbers(dtype: str) -> None:
    statements = [f"y{number} = {call};" for number, call in enumerate(CALLS)]
    agree(
        "\n".join([f"x = tract_core_external(shape = [1, 9], datum_type = '{dtype}');", *statements]),
        [ITEMS.astype(TYPES[dtype])],
        outputs=", ".join(f"y{number}" for number in range(len(CALLS))),
    )


@pytest.mark.parametrize("dtype", TYPES)
@pytest.mark.parametrize(
    "call",
    [
        "local_mean_normalization(x, size = [1, 1, 3])",
        "local_variance_normalization(x, size = [1, 1, 3], epsilon = 1.0)",
        "local_response_normalization(x, size = [1, 1, 3], alpha = 2.0, beta = 2.0, bias = 3.0)",
        "local_contrast_normalization(x, size = [1, 1, 3], bias = 1.0, epsilon = 1.0)",
        "moments(x, axes = [2])",
        "prelu(x, 2.5)",
        "clamp(x, -1.5, 300.0)",
        "batch_normalization(x, 1.5, 4.0, 3.0, 2.0, epsilon = 0.5)",
        "tract_core_rms_norm(x, axis = 2)",
        "tract_core_rms_norm(x, axis = 0, eps = 0.1)",
    ],
)
def test_what_is_composed_of_others_stays_whole(call: str, dtype: str) -> None:
    body = f"x = tract_core_external(shape = [2, 1, 9], datum_type = '{dtype}');\n"
    results = "y, z" if "moments" in call else "y"
    small = np.array([[[-3, -1, 0, 1, 2, 5, 7, 10, -10]], [[4, 4, 4, 1, 1, 1, 0, 0, 3]]])
    agree(f"{body} {results} = {call};", [small.astype(TYPES[dtype])], outputs=results)


@pytest.mark.parametrize(("dtype", "call"), [("i32", "rsqr(x)"), ("i64", "rsqr(x)"), ("i64", "pow(x, x)")])
def test_powers_wrap(dtype: str, call: str) -> None:
    array = ITEMS.astype({"i32": np.int32, "i64": np.int64}[dtype])
    agree(f"x = tract_core_external(shape = [1, 9], datum_type = '{dtype}');\n y = {call};", [array])


@pytest.mark.parametrize(
    ("dtype", "call"),
    [
        ("i64", "exp"),
        ("u16", "sqrt"),
        ("i32", "log2"),
        ("i32", "tract_core_silu"),
        ("u8", "tract_core_erf"),
        ("u32", "neg"),
    ],
)
def test_what_tract_refuses_is_refused(dtype: str, call: str) -> None:
    body = f"x = tract_core_external(shape = [1, 9], datum_type = '{dtype}');\n y = {call}(x);"
    with pytest.raises(RunError, match=f"tract computes '{call}' of .* only"):
        compute(body, {"x": ITEMS.astype(dtype.replace("i", "int").replace("u", "uint"))})


@pytest.mark.parametrize(
    "window",
    [
        "size = [1, 1, 2, 3]",
        "size = [1, 1, 2, 3], dilation = [1, 1, 1, 2]",
        "size = [1, 1, 2, 3], stride = [1, 1, 2, 2], padding = [(0, 0), (0, 0), (1, 1), (2, 0)]",
        "size = [1, 1, 1, 2], padding = [(0, 0), (0, 0), (1, 1), (2, 3)]",
    ],
)
def test_maxima_and_their_places_in_the_plane(window: str) -> None:
    agree(
        f"""x = external(shape = [2, 2, 5, 6]);
        a, b = max_pool_with_index(x, {window});
        c = max_pool(x, border = 'ignore', {window});""",
        [MAPS],
        outputs="a, b, c",
    )


def test_a_scalar_has_no_indices() -> None:
    body = "x = tract_core_external(shape = [], datum_type = 'i64');\n y = tract_onnx_non_zero(x);"
    assert compute(body, {"x": np.array(3)}).shape[0] == 0


@pytest.mark.parametrize("name", ["tract_shl", "tract_shr"])
@pytest.mark.parametrize("dtype", ["i32", "i64"])
def test_shifts_are_by_the_amount_modulo_the_bits(name: str, dtype: str) -> None:
    given = f"tract_core_external(shape = [1, 9], datum_type = '{dtype}');"
    items = ITEMS.astype(dtype.replace("i", "int"))
    agree(f"x = {given}\n n = {given}\n y = {name}(x, n);", [items, items[:, ::-1]])
