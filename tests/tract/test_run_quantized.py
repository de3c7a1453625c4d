"""Quantized data types from graph.quant: what comes out has a code, the one that tract computes.

tract takes and gives no quantized tensors from Python, so that all begin and end with a cast.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nnef_lsp.archive import write_tensor
from nnef_lsp.cli.document import open_document
from tests.cli.helpers import cli

from .helpers import document
from .oracle import agree

RNG = np.random.RandomState(0)
X = np.array([0, 1.1, -2, 100.3, 0.25, 0.75, -0.25, 63], np.float32)
Z = np.array([1, -1.4, 2, 50, -30, 8, 0.3, -7], np.float32)
CASTS = "x = external(shape = [8]);\n z = external(shape = [8]);\n a = tract_core_cast(x);\n b = tract_core_cast(z);\n"
BACK = "\n y = tract_core_cast(r, to = 'f32');"


def entry(name: str, zero: int, scale: float, bits: int = 8, signed: str = "true") -> str:
    arguments = f"zero_point = {zero}, scale = {scale}, bits = {bits}, signed = {signed}, symmetric = false"
    return f'"{name}": zero_point_linear_quantize({arguments});\n'


A, B, R = entry("a", 3, 0.5), entry("b", 3, 0.5), entry("r", 10, 0.75)


def rounded(values: Any, zero: int, scale: float) -> Any:
    return (np.clip(np.rint(values / np.float32(scale) + zero), -128, 127) - zero) * np.float32(scale)


@pytest.mark.parametrize(("signed", "zero", "low", "high"), [("true", 3, -128, 127), ("false", 100, 0, 255)])
def test_halves_are_rounded_to_even_codes(signed: str, zero: int, low: int, high: int) -> None:
    (found,) = agree(f"{CASTS} y = tract_core_cast(a, to = 'f32');", [X, Z], quant=entry("a", zero, 0.5, 8, signed) + B)
    np.testing.assert_array_equal(found, (np.clip(np.rint(X / 0.5 + zero), low, high) - zero) * 0.5)


@pytest.mark.parametrize("dtype", ["i8", "i32"])
def test_a_cast_to_integers_gives_codes(dtype: str) -> None:
    (found,) = agree(f"{CASTS} y = tract_core_cast(a, to = '{dtype}');", [X, Z], quant=A + B)
    np.testing.assert_array_equal(found, [3, 5, -1, 127, 4, 4, 2, 127])


@pytest.mark.parametrize("result", ["", R])
@pytest.mark.parametrize(
    "expression",
    [
        "a + b", "a - b", "a * b", "a / b", "max(a, b)", "min(a, b)", "a + 1.0", "a * 2.0", "relu(a)", "sigmoid(a)", "tanh(a)",
        "abs(a)", "neg(a)", "exp(a)", "sqr(a)", "round(a)", "clamp(a, -1.0, 1.0)", "select(a < b, a, b)",
        "sum_reduce(a, axes = [0])", "max_reduce(a, axes = [0])", "concat([a, b], axis = 0)", "tanh(a) + b",
        "pad(a, padding = [(1, 0)], border = 'constant', value = 2.7)", "slice(a, axes = [0], begin = [1], end = [3])",
    ],
)  # fmt: skip
def test_operations_on_codes(expression: str, result: str) -> None:
    """With the type of the operands, and with one of its own."""
    agree(f"{CASTS} r = {expression};{BACK}", [X, Z], quant=A + B + result)


@pytest.mark.parametrize("scale", [0.3, 0.2, 0.7])
def test_from_codes_to_codes_halves_are_told_apart_before_the_zero_point(scale: float) -> None:
    x = (np.arange(-60, 60) - 3).astype(np.float32) * np.float32(0.75)
    body = f"x = external(shape = [120]);\n a = tract_core_cast(x);\n r = copy(a);{BACK}"
    agree(body, [x], quant=entry("a", 3, 0.75) + entry("r", -7, scale), rtol=0, atol=1e-4)


IMAGE = (RNG.standard_normal((1, 2, 5, 5)) * 6).astype(np.float32)
FILTER = RNG.randint(-100, 100, (3, 2, 3, 3)).astype(np.int8)
CONV = f"""x = external(shape = [1, 2, 5, 5]);
    a = tract_core_cast(x);
    w = variable<scalar>(shape = [3, 2, 3, 3], label = 'w');
    v = variable<scalar>(shape = [1, 3], label = 'v');
    r = conv(a, w BIAS, padding = [(1, 1), (1, 1)], border = 'constant', stride = [1, 1], dilation = [1, 1]);{BACK}"""


def convolved(zero: int) -> Any:
    a, w = rounded(IMAGE, 3, 0.5), (FILTER.astype(float) - zero) * 0.02
    padded = np.pad(a, [(0, 0), (0, 0), (1, 1), (1, 1)])
    return sum(
        np.einsum("nchw,oc->nohw", padded[:, :, i : i + 5, j : j + 5], w[:, :, i, j])
        for i in range(3)
        for j in range(3)
    )


@pytest.mark.parametrize("zero", [0, 7])
@pytest.mark.parametrize(
    ("bias", "kind", "more"),
    [("", "f4", ""), (", v", "i4", ""), (", v", "i4", entry("v", 0, 0.01, 32)), (", 1.0", "f4", "")],
)
def test_convolutions_of_codes(zero: int, bias: str, kind: str, more: str) -> None:
    """Biases are codes in units of the product of the other scales, whatever they say of themselves."""
    values = RNG.randint(-500, 500, (1, 3)).astype(kind)
    quant = A + entry("w", zero, 0.02) + R + more
    (found,) = agree(CONV.replace(" BIAS", bias), [IMAGE], quant=quant, files={"w": FILTER, "v": values}, atol=0.76)
    offset = values.reshape(1, 3, 1, 1) * 0.01 if bias == ", v" else 0
    np.testing.assert_allclose(found, rounded(convolved(zero) + offset, 10, 0.75), atol=0.76)
    assert np.mean(found == rounded(convolved(zero) + offset, 10, 0.75)) > 0.95 or bias == ", 1.0"


def test_a_convolution_that_nobody_names_gives_whole_numbers() -> None:
    quant = A + entry("w", 0, 0.02)
    (found,) = agree(
        CONV.replace(" BIAS", ""), [IMAGE], quant=quant, files={"w": FILTER, "v": np.zeros((1, 3), "f4")}, atol=1.01
    )
    np.testing.assert_allclose(found, np.rint(convolved(0)), atol=1.01)


@pytest.mark.parametrize("result", ["", R])
@pytest.mark.parametrize("bias", ["", ", [[5.12, -3.25]]"])
def test_linear_layers_of_codes(bias: str, result: str) -> None:
    x = (RNG.standard_normal((3, 4)) * 10).astype(np.float32)
    weights = RNG.randint(-100, 100, (2, 4)).astype(np.int8)
    body = f"""x = external(shape = [3, 4]);
        a = tract_core_cast(x);
        w = variable<scalar>(shape = [2, 4], label = 'w');
        r = linear(a, w{bias});{BACK}"""
    (found,) = agree(
        body, [x], quant=A + entry("w", 0, 0.02) + result, files={"w": weights}, atol=0.76 if result else 1e-3
    )
    exact = rounded(x, 3, 0.5) @ (weights * 0.02).T + (np.array([5.12, -3.25]) if bias else 0)
    np.testing.assert_allclose(found, rounded(exact, 10, 0.75) if result else exact, atol=0.76 if result else 1e-3)


@pytest.mark.parametrize(("unit", "more"), [(0.01, ""), (0.01, entry("v", 0, 0.01, 32)), (0.5, entry("v", 0, 0.5, 32))])
def test_whole_numbers_as_biases_of_linear_layers_are_codes(unit: float, more: str) -> None:
    """Of their own type, if they have one."""
    x = (RNG.standard_normal((3, 4)) * 10).astype(np.float32)
    weights, bias = RNG.randint(-100, 100, (2, 4)).astype(np.int8), np.array([[512, -333]], np.int32)
    body = f"""x = external(shape = [3, 4]);
        a = tract_core_cast(x);
        w = variable<scalar>(shape = [2, 4], label = 'w');
        v = variable<scalar>(shape = [1, 2], label = 'v');
        r = linear(a, w, v);{BACK}"""
    (found,) = agree(body, [x], quant=A + entry("w", 0, 0.02) + more, files={"w": weights, "v": bias}, atol=1e-3)
    np.testing.assert_allclose(found, rounded(x, 3, 0.5) @ (weights * 0.02).T + bias * unit, atol=1e-3)


def test_a_product_of_matrices_is_what_its_codes_say() -> None:
    """tract 0.23.9 multiplies by the scales twice where the result has a type."""
    pytest.importorskip("tract")
    x = (RNG.standard_normal((3, 4)) * 10).astype(np.float32)
    weights = RNG.randint(-100, 100, (4, 2)).astype(np.int8)
    body = f"""x = external(shape = [3, 4]);
        a = tract_core_cast(x);
        w = variable<scalar>(shape = [4, 2], label = 'w');
        r = matmul(a, w);{BACK}"""
    (found,) = agree(body, [x], quant=A + entry("w", 0, 0.02), files={"w": weights}, atol=1e-3)
    np.testing.assert_allclose(found, rounded(x, 3, 0.5) @ (weights * 0.02), atol=1e-3)


def test_pools_keep_to_the_codes() -> None:
    for operation in ("max_pool", "avg_pool"):
        border = "ignore" if operation == "max_pool" else "constant"
        none = "[(0, 0), (0, 0), (0, 0), (0, 0)]"
        body = f"""x = external(shape = [1, 2, 5, 5]);
            a = tract_core_cast(x);
            r = {operation}(a, size = [1, 1, 2, 2], stride = [1, 1, 2, 2], padding = {none}, border = '{border}');{BACK}"""
        for result in ("", R):
            agree(body, [IMAGE], quant=A + result)


def test_names_inside_of_fragments_count_too() -> None:
    fragment = "fragment f( x: tensor<scalar> ) -> ( y: tensor<scalar> ) { t = tanh(x); y = t + t; }"
    agree(f"{CASTS} r = f(a);{BACK}", [X, Z], quant=A + B + R + entry("t", 0, 2.0), fragments=fragment)


def test_a_range_instead_of_a_zero_point() -> None:
    quant = '"a": linear_quantize(max = 12.0, min = -10.0, bits = 8);\n' + B
    agree(f"{CASTS} y = tract_core_cast(a, to = 'f32');", [X, Z], quant=quant, atol=1e-4)


@pytest.mark.parametrize("given", ["codes", "numbers"])
def test_inputs_and_outputs_may_be_given_as_codes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], given: str
) -> None:
    (tmp_path / "graph.nnef").write_text(
        "version 1.0;\nextension tract_registry tract_core;\n\n"
        "graph g( x ) -> ( y )\n{\n    x = external(shape = [3]);\n    y = x * 2.0;\n}\n"
    )
    (tmp_path / "graph.quant").write_text(entry("x", 10, 0.5, 8, "false") + entry("y", 0, 0.25))
    x, y = np.array([10, 14, 0], np.uint8), np.array([0, 16, -40], np.int8)
    if given == "numbers":
        np.savez(tmp_path / "io.npz", x=(x.astype("f4") - 10) * 0.5, y=y.astype("f4") * 0.25)
    else:
        np.savez(tmp_path / "io.npz", x=x, y=y)
    assert cli(capsys, "verify", tmp_path).status == 0
    ran = cli(capsys, "run", tmp_path, "--input", f"x={tmp_path}/io.npz", "--output", tmp_path / "o.npz")
    assert ran.status == 0
    with np.load(tmp_path / "o.npz") as arrays:
        np.testing.assert_array_equal(arrays["y"], [0, 4, -10])


@pytest.mark.parametrize("expression", ["matmul(a, w, transposeB = true)", "linear(a, w)", "linear(a, w, v)"])
def test_products_of_codes_have_the_product_of_the_scales(expression: str, tmp_path: Path) -> None:
    (tmp_path / "graph.nnef").write_text(
        f"""version 1.0;
        extension tract_registry tract_core;
        graph g( x ) -> ( y )
        {{
            x = external(shape = [3, 4]);
            a = tract_core_cast(x);
            w = variable<scalar>(shape = [2, 4], label = 'w');
            v = variable<scalar>(shape = [1, 2], label = 'v');
            y = {expression};
        }}
        """
    )
    (tmp_path / "graph.quant").write_text(A + entry("w", 0, 0.25) + entry("v", 0, 0.5, 32))
    write_tensor(str(tmp_path / "w.dat"), np.ones((2, 4), np.int8))
    write_tensor(str(tmp_path / "v.dat"), np.ones((1, 2), np.int32))
    document = open_document(str(tmp_path))
    assert document.errors == []
    assert document.analysis.tensors()["y"].dtype == "qi32(z:0 s:0.125)"


def test_tract_is_not_asked_for_quantized_tensors(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("tract")
    (tmp_path / "graph.nnef").write_text(
        "version 1.0;\ngraph g( x ) -> ( y )\n{\n    x = external(shape = [3]);\n    y = relu(x);\n}\n"
    )
    (tmp_path / "graph.quant").write_text(entry("y", 0, 0.25))
    ran = cli(capsys, "run", tmp_path, "--dialect", "tract", "--engine", "tract")
    assert ran.status == 1 and "takes and gives no quantized tensors, and 'y' is one" in ran.err


def test_a_cast_to_a_name_with_an_entry_quantizes() -> None:
    quant = (
        '"q": zero_point_linear_quantize(zero_point = 10, scale = 0.25, bits = 8, signed = false, symmetric = false);'
    )
    x = np.array([-3.0, -0.3, 0.0, 0.26, 7.9], np.float32)
    for to in ("", ", to = 'u8'"):
        body = f"x = external(shape = [5]);\n q = tract_core_cast(x{to});\n y = tract_core_cast(q, to = 'f32');"
        (result,) = agree(body, [x], quant=quant)
        assert result.tolist() == [-2.5, -0.25, 0.0, 0.25, 8.0]


def test_the_items_of_a_literal_with_an_entry_are_codes() -> None:
    quant = (
        '"q": zero_point_linear_quantize(zero_point = 10, scale = 0.25, bits = 8, signed = false, symmetric = false);'
    )
    body = "x = external(shape = [2]);\n q = [10, 14];\n y = x + tract_core_cast(q, to = 'f32');"
    (result,) = agree(body, [np.zeros(2, np.float32)], quant=quant)
    assert result.tolist() == [0.0, 1.0]


@pytest.mark.parametrize(
    ("entry_of_y", "complaint"),
    [
        ("linear_quantize(min = 0.0, max = 1.0, bits = 4)", "8 and of 32 bits, found 4"),
        (
            "zero_point_linear_quantize(zero_point = 1, scale = 1.0, bits = 16, signed = true)",
            "8 and of 32 bits, found 16",
        ),
        (
            "min_max_linear_quantize(min = 0.0, max = 1.0, bits = 8, signed = true, symmetric = false)",
            "tract reads only",
        ),
        ("linear_quantize(min = 0.0, max = 1.0, bits = 8)", None),
    ],
)
def test_entries_that_tract_cannot_read(
    entry_of_y: str, complaint: str | None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "graph.nnef").write_text(document("x = external(shape = [2]);\n y = exp(x);"))
    (tmp_path / "graph.quant").write_text(f'"y": {entry_of_y};\n')
    ran = cli(capsys, "check", tmp_path, "--dialect", "tract")
    assert ran.status == (0 if complaint is None else 1) and (complaint or "no problems") in ran.out


@pytest.mark.parametrize(("bits", "fits"), [(8, False), (32, True)])
def test_items_of_a_variable_are_as_wide_as_its_entry_says(
    bits: int, fits: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "graph.nnef").write_text(
        document("y = w;\n w = variable(shape = [2], label = 'w');").replace("y = w;\n", "").replace("( y )", "( w )")
    )
    write_tensor(tmp_path / "w.dat", np.array([1, 2], np.int32))
    (tmp_path / "graph.quant").write_text(
        f'"w": zero_point_linear_quantize(zero_point = 0, scale = 0.5, bits = {bits}, signed = true, symmetric = true);\n'
    )
    ran = cli(capsys, "check", tmp_path, "--dialect", "tract")
    assert ran.status == (0 if fits else 1)
