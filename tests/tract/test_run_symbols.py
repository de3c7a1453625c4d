"""`--set`: values of symbols on the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.helpers import cli

Capture = pytest.CaptureFixture[str]
GRAPH = """version 1.0;
extension tract_symbol S;
extension tract_symbol unused;

graph g( x ) -> ( y )
{
    x = external(shape = [S, length]);
    y = relu(x);
}
"""


@pytest.fixture
def model(tmp_path: Path) -> Path:
    (tmp_path / "graph.nnef").write_text(GRAPH)
    return tmp_path


@pytest.mark.parametrize("command", ["run", "verify"])
@pytest.mark.parametrize(
    ("option", "sentence"),
    [
        ("lenght=3", "the model has no symbol 'lenght'; did you mean 'length'?"),
        ("B=3", "the model has no symbol 'B'; it has S, length, unused"),
        ("S=x", "'S=x' does not say what number a symbol is: expected SYMBOL=N"),
    ],
)
def test_a_symbol_that_is_none(model: Path, capsys: Capture, command: str, option: str, sentence: str) -> None:
    if command == "verify":
        import numpy as np

        np.savez(model / "io.npz", x=np.ones((2, 3), np.float32), y=np.ones((2, 3), np.float32))
    ran = cli(capsys, command, model, "--dialect", "tract", "--set", option)
    assert ran.status == (2 if command == "run" else 1)
    assert sentence in ran.out + ran.err


def test_symbols_declared_or_not_have_values(model: Path, capsys: Capture) -> None:
    ran = cli(capsys, "run", model, "--dialect", "tract", "--set", "S=2", "--set", "length=3", "--set", "unused=1")
    assert (ran.status, ran.err) == (0, "") and ran.out.startswith("y: float32 [2, 3]")
