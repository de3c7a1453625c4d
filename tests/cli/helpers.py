"""Running a command in this process, as a shell would call it; and in a real shell."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

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


def shell(script: str, **options: Any) -> subprocess.CompletedProcess[Any]:
    """Run lines of a POSIX shell in which `nnef-lsp` is the command that was installed beside this Python.

    `options` are those of `subprocess.run`; `env` adds to the environment.
    """
    environment = {**os.environ, **options.pop("env", {})}
    environment["PATH"] = os.pathsep.join([os.path.dirname(sys.executable), environment.get("PATH", os.defpath)])
    words = [shutil.which("bash") or "sh", "-c", script]
    return subprocess.run(words, capture_output=True, env=environment, **options)


def cli(capsys: pytest.CaptureFixture[str], *words: object) -> Ran:
    """Run a command; wrong use ends argparse with its own status."""
    try:
        status = main([str(word) for word in words])
    except SystemExit as leaving:
        status = leaving.code if isinstance(leaving.code, int) else 2
    out, err = capsys.readouterr()
    return Ran(status, out, err)
