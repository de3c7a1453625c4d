"""Running a command in this process, as a shell would call it."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest

from nnef_lsp.cli.main import main

EXAMPLES = Path(__file__).parents[2] / "examples"

GRAPH = """version 1.0;

graph net( x ) -> ( y )
{
    x = external<scalar>(shape = [1, 4]);
    w = variable<scalar>(shape = [3, 4], label = 'w');
    h = linear(x, w);
    y = relu(h);
}
"""


class Ran(NamedTuple):
    """Exit status and what was printed."""

    status: int
    out: str
    err: str


def cli(capsys: pytest.CaptureFixture[str], *words: object) -> Ran:
    """Run a command; wrong use ends argparse with its own status."""
    try:
        status = main([str(word) for word in words])
    except SystemExit as leaving:
        status = leaving.code if isinstance(leaving.code, int) else 2
    out, err = capsys.readouterr()
    return Ran(status, out, err)
