"""Help as a new user reads it: every command has examples that work and says what its exit status means."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from nnef_lsp.archive.containers.pack import pack
from nnef_lsp.cli.main import parser

from .helpers import EXAMPLES, cli, shell

Capture = pytest.CaptureFixture[str]
COMMANDS = sorted(set(parser().names) - {"serve"})


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that has what the examples name."""
    folder = tmp_path_factory.mktemp("examples")
    shutil.copytree(EXAMPLES / "digits", folder / "model")
    shutil.copytree(EXAMPLES / "digits", folder / "other")
    shutil.copytree(EXAMPLES / "digits", folder / "zoo" / "digits")
    shutil.copy(EXAMPLES / "digits" / "graph.nnef", folder / "graph.nnef")
    shutil.copy(EXAMPLES / "parity" / "graph.nnef", folder / "other.nnef")
    shutil.copy(EXAMPLES / "digits" / "io.npz", folder / "other.npz")
    shutil.copy(EXAMPLES / "digits" / "samples" / "3.png", folder / "photo.png")
    pack(folder / "model", folder / "model.nnef.tgz")
    (folder / "models").mkdir()
    shutil.copy(folder / "model.nnef.tgz", folder / "models")
    cli_run("fmt", str(folder / "graph.nnef"))
    shutil.copy(folder / "graph.nnef", folder / "models")
    _filter(folder)
    if importlib.util.find_spec("onnx"):
        cli_run("export", str(folder / "model"), str(folder / "net.onnx"))
    return folder


def cli_run(*words: str) -> None:
    """Run a command, whatever comes of it."""
    subprocess.run([sys.executable, "-m", "nnef_lsp", *words], check=True, capture_output=True)


def _filter(folder: Path) -> None:
    import numpy as np

    from nnef_lsp.archive import open_tensor

    np.savez(folder / "filter.npz", open_tensor(folder / "model" / "conv1" / "filter.dat").array())


def examples(text: str) -> list[str]:
    """The lines below `examples:`."""
    _, _, rest = text.partition("\nexamples:\n")
    return [line.strip() for line in rest.partition("\n\n")[0].splitlines()]


@pytest.mark.parametrize("command", [*COMMANDS, "weights import", "weights export"])
def test_help_has_examples_and_the_exit_status(capsys: Capture, command: str) -> None:
    ran = cli(capsys, *command.split(), "--help")
    assert ran.status == 0 and "\nexit status: 0 " in ran.out
    found = examples(ran.out)
    assert found and all(f"nnef-lsp {command.split()[0]}" in line for line in found)
    assert max(map(len, ran.out.splitlines())) <= 110


@pytest.mark.parametrize("command", COMMANDS)
def test_every_option_says_what_it_does(command: str) -> None:
    (commands,) = parser()._subparsers._group_actions  # type: ignore[union-attr]
    own = commands.choices[command]  # type: ignore[index, call-overload]
    assert [action.dest for action in own._actions if not action.help and action.option_strings] == []


@pytest.mark.skipif(sys.platform == "win32", reason="the examples are for a POSIX shell")
@pytest.mark.parametrize("command", COMMANDS)
def test_the_examples_work(place: Path, capsys: Capture, command: str) -> None:
    lines = examples(cli(capsys, command, "--help").out)
    if command == "weights":
        pytest.importorskip("safetensors")
        lines += examples(cli(capsys, command, "import", "--help").out)
    if command in ("export", "import"):
        pytest.importorskip("onnx")
    if command == "fmt":
        lines.insert(0, lines[0])
    ran = shell("\n".join(["set -e", *lines]), cwd=place, text=True, env={"COLUMNS": "80"})
    if command == "diff":  # the packed model is the same, so both say so
        assert "are the same" in ran.stdout
    assert (ran.returncode, ran.stderr) == (0, ""), ran.stdout[-2000:]


def test_serve_has_help_too(capsys: Capture) -> None:
    ran = cli(capsys, "serve", "--help")
    assert (
        examples(ran.out) == ["nnef-lsp serve", "nnef-lsp serve --tcp 127.0.0.1:7777"] and "exit status: 0 " in ran.out
    )
