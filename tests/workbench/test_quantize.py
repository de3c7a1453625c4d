"""`nnef-lsp quantize`: graph.quant from what flows, and how accurate that is told to be."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from ..cli.helpers import EXAMPLES
from .helpers import command, files, model

NET = """\
version 1.0;

graph net( x ) -> ( y )
{
    x = external(shape = [1, 2, 6, 6]);
    w = variable(shape = [4, 2, 3, 3], label = 'w');
    b = variable(shape = [1, 4], label = 'b');
    h = conv(x, w, b);
    r = relu(h);
    y = mean_reduce(r, axes = [2, 3]);
}
"""


@pytest.fixture(scope="module")
def inputs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Five items in one array."""
    path = tmp_path_factory.mktemp("inputs") / "five.npz"
    np.savez(path, x=np.random.default_rng(3).standard_normal((5, 2, 6, 6)).astype(np.float32))
    return path


def ratios(text: str) -> dict[str, float]:
    """Signal to noise of tensors, as told."""
    return {name: float(number) for name, number in re.findall(r"^  (\w+): ([\d.]+) dB$", text, re.M)}


@pytest.mark.parametrize(
    "words, operation",
    [
        ([], "zero_point_linear_quantize"),
        (["--scheme", "min-max", "--method", "percentile"], "min_max_linear_quantize"),
        (["--scheme", "symmetric", "--per-channel", "--method", "mse"], "zero_point_linear_quantize"),
        (["--per-channel", "--scheme", "min-max", "--method", "entropy"], "min_max_linear_quantize"),
    ],
)
def test_schemes_and_methods(tmp_path: Path, inputs: Path, words: list[str], operation: str) -> None:
    net = model(tmp_path / "net", NET)
    ran = command("quantize", net, "--inputs", inputs, *words, "-o", tmp_path / "out")
    assert (ran.status, ran.err) == (0, ""), ran.err
    text = (tmp_path / "out" / "graph.quant").read_text()
    assert re.findall(r'^"(\w+)": (\w+)', text, re.M) == [(name, operation) for name in "wxry"]
    assert "1 filter and 3 tensors that flow, by 5 items" in ran.out
    found = ratios(ran.out)
    assert set(found) == set("wxry") and list(found.values()) == sorted(found.values())
    assert min(found.values()) > 20
    assert command("check", tmp_path / "out").status == 0


def test_digits_are_read_as_well(tmp_path: Path) -> None:
    pictures = np.load(EXAMPLES / "digits" / "held_back.npz")["images"][:100]
    np.savez(tmp_path / "held.npz", image=(pictures.astype(np.float32) / 16)[:, None])
    ran = command("quantize", EXAMPLES / "digits", "--inputs", tmp_path / "held.npz", "-o", tmp_path / "out")
    assert ran.status == 0, ran.err
    same = re.search(r"is the same in (\d+) of 100 rows", ran.out)
    assert same is not None and int(same[1]) >= 99


def test_fewer_bits_where_the_outputs_bear_it(tmp_path: Path, inputs: Path) -> None:
    net = model(tmp_path / "net", NET)
    ran = command("quantize", net, "--inputs", inputs, "--mixed", "10", "-o", tmp_path / "out")
    assert ran.status == 0, ran.err
    assert "1 filter of 1 with 4 bits" in ran.out and "bits = 4" in (tmp_path / "out" / "graph.quant").read_text()
    ran = command("quantize", net, "--inputs", inputs, "--mixed", "200", "-o", tmp_path / "none")
    assert ran.status == 1 and "less than 200" in ran.err


@pytest.mark.parametrize(
    "source, told",
    [
        ("nothing", "there is no set of inputs 'nothing'"),
        ("z=zeros", "the graph has no input 'z'"),
        ("x=missing.npy", "does not exist"),
    ],
)
def test_inputs_that_are_missing(tmp_path: Path, source: str, told: str) -> None:
    ran = command("quantize", model(tmp_path / "net", NET), "--inputs", source, "-o", tmp_path / "out")
    assert ran.status in (1, 2) and told in ran.err and ran.err.count("\n") == 1
    assert not (tmp_path / "out").exists() and files(tmp_path) == ["net/b.dat", "net/graph.nnef", "net/w.dat"]


def test_inputs_of_another_shape(tmp_path: Path) -> None:
    np.save(tmp_path / "x.npy", np.zeros((1, 2, 5, 5), np.float32))
    ran = command(
        "quantize", model(tmp_path / "net", NET), "--inputs", f"x={tmp_path / 'x.npy'}", "-o", tmp_path / "out"
    )
    assert ran.status == 1 and "has the shape" in ran.err
