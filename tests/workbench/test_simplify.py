"""`nnef-lsp simplify`: what each simplification makes of a text, and that outputs stay."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from .helpers import command, files, graph, model, stored
from .networks import mobilenet, resnet18

HEAD = "version 1.0;\n\ngraph net( x ) -> ( y )\n{\n    x = external(shape = [1, 2, 4, 6]);\n"


def simplified(tmp_path: Path, body: str, *words: str, **arrays: object) -> tuple[Path, str]:
    """The new model and what was said; both models agree."""
    net = model(tmp_path / "net", f"{HEAD}{body}}}\n", **arrays)
    ran = command("simplify", net, "-o", tmp_path / "out", *words)
    assert (ran.status, ran.err) == (0, ""), ran.err
    return tmp_path / "out", ran.out


def body(folder: Path) -> str:
    text = graph(folder)
    assert text.startswith(HEAD) and text.endswith("}\n"), text
    return text[len(HEAD) : -2]


NORMALIZED = """\
    # The first layer.
    w = variable(shape = [3, 2, 3, 3], label = 'one/filter');
    h = conv(x, w, padding = [(1, 1), (1, 1)]);
    m = variable(shape = [1, 3], label = 'norm/mean');
    v = variable(shape = [1, 3], label = 'norm/var');
    b = variable(shape = [1, 3], label = 'norm/offset');
    g = variable(shape = [1, 3], label = 'norm/scale');
    z = batch_normalization(h, mean = m, variance = v, offset = b, scale = g, epsilon = 1e-3);
    y = relu(z);
"""


def test_batch_normalization_goes_into_the_convolution(tmp_path: Path) -> None:
    out, told = simplified(tmp_path, NORMALIZED)
    assert (
        body(out)
        == """\
    # The first layer.
    w = variable(shape = [3, 2, 3, 3], label = 'one/filter');
    h_bias = variable<scalar>(shape = [1, 3], label = 'one/bias');
    z = conv(x, w, bias = h_bias, padding = [(1, 1), (1, 1)]);
    y = relu(z);
"""
    )
    assert files(out) == ["graph.nnef", "one/bias.dat", "one/filter.dat"]
    factor = stored(tmp_path / "net", "norm/scale") / np.sqrt(stored(tmp_path / "net", "norm/var") + 1e-3)
    old = stored(tmp_path / "net", "one/filter")
    assert np.allclose(stored(out, "one/filter"), old * factor.reshape(3, 1, 1, 1))
    assert "batch normalization z goes into conv h\n" in told
    assert "9 statements before, 5 now\n66 stored parameters" in told


def test_a_filter_that_others_read_stays(tmp_path: Path) -> None:
    text = NORMALIZED.replace(
        "y = relu(z)", "o = conv(x, w, padding = [(1, 1), (1, 1)], border = 'replicate');\n    y = add(z, o)"
    )
    out, _ = simplified(tmp_path, text)
    assert np.array_equal(stored(out, "one/filter"), stored(tmp_path / "net", "one/filter"))
    assert "z = conv(x, z_filter, bias = h_bias, padding" in body(out) and "o = conv(x, w, padding" in body(out)


@pytest.mark.parametrize(
    "layer",
    [
        "h = conv(x, w, c, padding = [(1, 1), (1, 1)], groups = 1);",
        "h = conv(x, w, bias = c, padding = [(1, 1), (1, 1)]);",
        "h = conv(x, filter = w, bias = 0.5, padding = [(1, 1), (1, 1)]);",
    ],
)
def test_a_bias_takes_part(tmp_path: Path, layer: str) -> None:
    text = NORMALIZED.replace(
        "h = conv(x, w, padding = [(1, 1), (1, 1)]);", f"c = variable(shape = [1, 3], label = 'one/c');\n    {layer}"
    )
    out, _ = simplified(tmp_path, text)
    assert "batch_normalization" not in body(out)


def test_what_is_read_twice_is_not_folded(tmp_path: Path) -> None:
    out, _ = simplified(tmp_path, NORMALIZED.replace("relu(z)", "add(z, h)"))
    assert "batch_normalization" in body(out)


def test_transposes_that_undo_each_other_go(tmp_path: Path) -> None:
    out, told = simplified(
        tmp_path,
        """\
    a = transpose(x, axes = [0, 2, 3, 1]);   # to the end
    b = transpose(a, axes = [0, 3, 1, 2]);
    y = relu(b);
""",
    )
    assert body(out) == "    y = relu(x);\n"
    assert "two after each other are one: b" in told


@pytest.mark.parametrize(
    "statements, left",
    [
        ("    a = copy(x);\n    y = relu(a);\n", "    y = relu(x);\n"),
        ("    a = reshape(x, shape = [1, 2, 4, 6]);\n    y = relu(a);\n", "    y = relu(x);\n"),
        ("    a = mul(1.0, x);\n    b = add(a, 0.0);\n    y = relu(b);\n", "    y = relu(x);\n"),
        ("    a = pad(x, padding = [(0, 0), (0, 0), (0, 0), (0, 0)]);\n    y = relu(a);\n", "    y = relu(x);\n"),
        (
            "    a = unsqueeze(x, axes = [0]);\n    b = reshape(a, shape = [1, 48]);\n    y = relu(b);\n",
            "    b = reshape(x, shape = [1, 48]);\n    y = relu(b);\n",
        ),
        ("    a = relu(x);\n    b = relu(x);\n    y = add(a, b);\n", "    a = relu(x);\n    y = add(a, a);\n"),
        ("    a = sub(1.0, x);\n    y = relu(a);\n", "    a = sub(1.0, x);\n    y = relu(a);\n"),
        ("    y = copy(x);\n", "    y = copy(x);\n"),
        ("    a = transpose(x, axes = [0, 1, 3, 2]);\n    y = relu(a);\n", None),
    ],
)
def test_what_gives_back_its_operand(tmp_path: Path, statements: str, left: str | None) -> None:
    net = model(tmp_path / "net", f"{HEAD}{statements}}}\n")
    ran = command("simplify", net, "-o", tmp_path / "out")
    assert ran.status == 0, ran.err
    assert body(tmp_path / "out") == (statements if left is None else left)


def test_constant_parts_are_computed_once(tmp_path: Path) -> None:
    out, told = simplified(
        tmp_path,
        """\
    a = variable(shape = [1, 2, 1, 1], label = 'a');
    b = variable(shape = [1, 2, 1, 1], label = 'b');
    c = mul(a, b);
    d = exp(c);    # a scale
    y = mul(x, d);
""",
    )
    assert (
        body(out) == "    d = variable<scalar>(shape = [1, 2, 1, 1], label = 'd');    # a scale\n    y = mul(x, d);\n"
    )
    assert files(out) == ["d.dat", "graph.nnef"]
    product = stored(tmp_path / "net", "a") * stored(tmp_path / "net", "b")
    assert np.allclose(stored(out, "d"), np.exp(product))
    assert "computed once and stored: d\n" in told


def test_a_tensor_that_would_grow_is_not_stored(tmp_path: Path) -> None:
    text = """\
    a = variable(shape = [1, 2, 1, 1], label = 'a');
    b = tile(a, repeats = [1, 1, 400, 600]);
    c = slice(b, axes = [2, 3], begin = [0, 0], end = [4, 6]);
    y = mul(x, c);
"""
    out, _ = simplified(tmp_path, text)
    assert files(out) == ["c.dat", "graph.nnef"] and "tile" not in body(out)


def test_updated_variables_are_not_constant(tmp_path: Path) -> None:
    text = """\
    s = variable(shape = [1, 2, 4, 6], label = 's');
    t = mul(s, 0.5);
    n = add(t, x);
    u = update(s, n);
    y = relu(u);
"""
    out, _ = simplified(tmp_path, text)
    assert body(out) == text


def test_padding_goes_into_the_window(tmp_path: Path) -> None:
    out, told = simplified(
        tmp_path,
        """\
    p = pad(x, padding = [(0, 0), (0, 0), (1, 2), (0, 1)]);
    w = variable(shape = [3, 2, 3, 3], label = 'w');
    y = conv(p, w, padding = [(0, 1), (1, 0)]);
""",
    )
    assert "    y = conv(x, w, padding = [(1, 3), (1, 1)]);\n" in body(out) and "pad(" not in body(out)
    assert "padding p goes into conv y" in told


def test_padding_with_other_numbers_stays(tmp_path: Path) -> None:
    text = """\
    p = pad(x, padding = [(0, 0), (0, 0), (1, 1), (1, 1)], value = 1.0);
    q = max_pool(p, size = [1, 1, 3, 3], border = 'ignore', padding = [(0, 0), (0, 0), (1, 1), (1, 1)]);
    r = pad(q, padding = [(0, 0), (0, 0), (1, 1), (1, 1)]);
    y = max_pool(r, size = [1, 1, 3, 3], border = 'ignore', padding = [(0, 0), (0, 0), (1, 1), (1, 1)]);
"""
    out, told = simplified(tmp_path, text)
    assert body(out) == text and "there is nothing to simplify" in told


def test_only_and_except(tmp_path: Path) -> None:
    text = "    a = copy(x);\n    b = relu(x);\n    c = relu(x);\n    d = add(b, c);\n    y = add(a, d);\n"
    net = model(tmp_path / "net", f"{HEAD}{text}}}\n")
    assert command("simplify", net, "-o", tmp_path / "one", "--only", "identities").status == 0
    assert "copy" not in graph(tmp_path / "one") and "c = relu" in graph(tmp_path / "one")
    assert command("simplify", net, "-o", tmp_path / "two", "--except", "identities").status == 0
    assert "copy" in graph(tmp_path / "two") and "c = relu" not in graph(tmp_path / "two")
    ran = command("simplify", net, "-o", tmp_path / "three", "--only", "identity")
    assert ran.status == 1 and "did you mean 'identities'?" in ran.err


def test_entries_of_graph_quant_protect_their_tensors(tmp_path: Path) -> None:
    net = model(tmp_path / "net", f"{HEAD}    a = copy(x);\n    y = relu(a);\n}}\n")
    (net / "graph.quant").write_text('"a": linear_quantize(min = 0.0, max = 1.0, bits = 8);\n')
    assert command("simplify", net, "-o", tmp_path / "out").status == 0
    assert "a = copy(x);" in graph(tmp_path / "out")


@pytest.mark.parametrize("network", [resnet18, mobilenet])
def test_networks_keep_no_batch_normalization(tmp_path: Path, network: Callable[..., str]) -> None:
    net = model(tmp_path / "net", network(width=4, size=32, classes=5))
    ran = command("simplify", net, "-o", tmp_path / "out")
    assert (ran.status, ran.err) == (0, ""), ran.err
    assert "batch_normalization" in graph(net) and "batch_normalization" not in graph(tmp_path / "out")
