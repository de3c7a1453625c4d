"""Names and texts of a hostile model on a terminal: shown, never obeyed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from nnef_lsp.archive import write_tensor
from nnef_lsp.cli.terminal import harmless

from ..cli.helpers import cli
from .attacks import CONTROL
from .hostile_models import SECRET
from .hostile_tensors import ESCAPE

NAME = ESCAPE.replace("\n", "")
GRAPH = """version 1.0;
fragment i"F"( x: tensor<scalar> ) -> ( y: tensor<scalar> ) { y = relu(x); }
graph net( x ) -> ( y )
{
    x = external<scalar>(shape = [2]);
    w = variable<scalar>(shape = [2], label = 'L');
    y = add(x, w);  # L
}
"""


def model(folder: Path, value: float, name: str) -> Path:
    folder.mkdir()
    (folder / "graph.nnef").write_text(GRAPH.replace("L", name).replace("F", name), encoding="utf-8")
    write_tensor(folder / f"{name}.dat", np.full(2, value, np.float32))
    return folder


def test_no_command_prints_what_a_name_says_to_a_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    a, b = model(tmp_path / "a", 1.0, NAME), model(tmp_path / "b", 2.0, NAME)
    other = model(tmp_path / "other", 2.0, NAME + "2")
    np.savez(tmp_path / "w.npz", **{NAME: np.zeros(2, np.float32), "more" + NAME: np.zeros(2)})
    for words in (
        ["diff", a, b], ["diff", a, other], ["weights", "import", a, tmp_path / "w.npz", "--dry-run"],
        ["tensor", tmp_path / "w.npz"], ["tensor", tmp_path / "w.npz", "--label", NAME], ["tensor", a, "--label", NAME],
        ["weights", "export", a, tmp_path / "w.safetensors"], ["tensor", tmp_path / "w.safetensors"], ["check", a],
        ["stats", a], ["shapes", a], ["fmt", "--diff", a], ["verify", a], ["check", a, "--format", "github"],
    ):  # fmt: skip
        ran = cli(capsys, *words)
        assert ran.out + ran.err
        assert not CONTROL.search(ran.out + ran.err), words[0]


@pytest.mark.skipif(os.name != "posix", reason="a pseudo-terminal")
@pytest.mark.parametrize("command", ["flatten", "diff"])
def test_a_terminal_gets_no_control_character_of_a_text(tmp_path: Path, command: str) -> None:
    import pty

    a, b = model(tmp_path / "a", 1.0, NAME), model(tmp_path / "b", 2.0, NAME)
    (a / "graph.nnef").write_text(GRAPH.replace(GRAPH.splitlines()[1] + "\n", "").replace("L", NAME))
    ours, theirs = pty.openpty()
    words = [
        sys.executable,
        "-m",
        "nnef_lsp",
        command,
        str(a),
        *([str(b)] if command == "diff" else ["--dialect", "tract"]),
    ]
    subprocess.run(words, stdout=theirs, stderr=subprocess.DEVNULL, env={**os.environ, "NO_COLOR": "1"}, cwd=tmp_path)
    os.close(theirs)
    shown = os.read(ours, 100_000).decode("utf-8").replace("\r\n", "\n").replace("\t", " ")
    os.close(ours)
    assert "\ufffd]0;title" in shown and not CONTROL.search(shown)


def test_our_own_colours_pass_and_nothing_else() -> None:
    assert harmless("\x1b[31mred\x1b[0m\n\r\x1b[K1/2") == "\x1b[31mred\x1b[0m\n\r\x1b[K1/2"
    assert harmless("\x1b]0;t\x07\x1b[2J\x9b2J\r\u202e") == "\ufffd]0;t\ufffd\ufffd[2J\ufffd2J\ufffd\ufffd"


@pytest.mark.skipif(os.name != "posix", reason="links of POSIX")
def test_formatting_shows_no_file_outside_of_the_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "secret.nnef").write_text(f"# {SECRET}\nversion   1.0;\n")
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "graph.nnef").symlink_to("../secret.nnef")
    for path in (folder, folder / "graph.nnef"):
        ran = cli(capsys, "fmt", "--diff", path)
        assert ran.status == 2 and "a symbolic link out of the model folder" in ran.err
        assert SECRET not in ran.out + ran.err
