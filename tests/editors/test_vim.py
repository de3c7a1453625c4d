"""A real Vim with the lines of docs/editors.md: what is typed stands there, ALE shows what is wrong, colours and indentation."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest

from ..server.talk import MODEL, model_folder
from .terminal import INSTALL, PAUSES, ROOT, Terminal, at_three_speeds, clone, editor, server_started, settled
from .test_emacs import INDENTED
from .test_neovim import NVIM
from .test_neovim_typing import GRAPH, TYPED

VIM = editor("vim")
ALE = any(Path(place).exists() for place in ("/usr/share/vim-ale", "/usr/share/vim/vimfiles/pack/dist-bundle/opt/ale"))


def documented(folder: Path) -> str:
    """The lines that the documentation gives, for a clone below a folder."""
    text = (ROOT / "docs" / "editors.md").read_text(encoding="utf-8")
    found = re.search(r"## Vim.*?```vim\n(.*?)```", text, re.DOTALL)
    assert found is not None
    return found[1].replace("/path/to/nnef-lsp", str(clone(folder)))


def has_vim() -> bool:
    """Whether there is a Vim of which ALE can make something: a tiny one has no script language."""
    if VIM is None:
        return False
    asked = subprocess.run([VIM, "--version"], capture_output=True, text=True)
    return "+eval" in asked.stdout and "+job" in asked.stdout and "+syntax" in asked.stdout


needs_vim = pytest.mark.skipif(not has_vim(), reason=f"Vim is not installed {INSTALL}")
needs_ale = pytest.mark.skipif(not (has_vim() and ALE), reason=f"Vim with Debian's ALE is not installed {INSTALL}")


def opened(folder: Path, text: str) -> tuple[Terminal, Path]:
    """Vim with a graph open and the server started."""
    environment = settled(folder)
    (folder / "home" / ".vimrc").write_text(documented(folder), encoding="utf-8")
    graph = model_folder(folder / "model", text)
    terminal = Terminal([str(VIM), "+5", str(graph)], environment, folder)
    assert terminal.wait(lambda: server_started(folder)), terminal.text[-2000:]
    return terminal, graph


def typed(folder: Path, pause: int) -> str:
    """What is in the file after keys that come so many milliseconds apart."""
    terminal, graph = opened(folder, GRAPH)
    terminal.type(["o", *TYPED, "\x1b"], pause / 1000)
    terminal.type([":", "w", "q", "a", "\r"], 0.1)
    terminal.close()
    return graph.read_text(encoding="utf-8")


@needs_ale
def test_typing_in_vim(tmp_path: Path) -> None:
    wanted = GRAPH.replace("    y =", "    " + TYPED.replace("\r", "\n    ") + "\n    y =")
    assert at_three_speeds(typed, tmp_path) == dict.fromkeys(PAUSES, wanted)


@needs_ale
def test_ale_shows_what_is_wrong_and_completes(tmp_path: Path) -> None:
    terminal, graph = opened(tmp_path, MODEL.replace("conv(x", "conv(mistake"))
    answers = tmp_path / "answers"

    def told() -> bool:
        command = f":call writefile([json_encode(ale#engine#GetLoclist(bufnr('')))], '{answers}')\r"
        terminal.type([command], 0.3)
        return answers.exists() and len(json.loads(answers.read_text(encoding="utf-8"))) > 0

    assert terminal.wait(told), terminal.text[-2000:]
    (problem,) = json.loads(answers.read_text(encoding="utf-8"))
    assert (problem["lnum"], problem["type"], problem["code"]) == (14, "E", "undefined-name")
    assert "'mistake' is not defined" in problem["text"]
    terminal.type(["/k = var\r", ":ALEHover\r"], 0.3)
    assert terminal.shows("tensor<scalar>"), terminal.text[-2000:]
    terminal.type(["/conv(mis\r", "/mistake\r", "cwx\x1b", ":w\r"], 0.3)
    assert terminal.wait(lambda: "conv(x, k" in graph.read_text(encoding="utf-8"))
    assert terminal.wait(lambda: not told())
    terminal.type([":qa!\r"])
    terminal.close()


EDITORS = [
    pytest.param(["vim"], id="vim", marks=needs_vim),
    pytest.param(["nvim"], id="neovim", marks=pytest.mark.skipif(NVIM is None, reason="Neovim is not installed")),
]


def ran(command: list[str], folder: Path, text: str, *commands: str) -> str:
    """The text after an editor has executed commands on it, and `answer` of those that wrote one."""
    (folder / "a.nnef").write_text(text, encoding="utf-8")
    without_server, _, _ = documented(folder).partition("packadd ale")
    (folder / "vimrc").write_text(without_server, encoding="utf-8")
    (folder / "commands.vim").write_text("\n".join(commands), encoding="utf-8")
    quiet = ["--headless"] if command == ["nvim"] else ["-es", "-T", "xterm"]
    program = str(NVIM if command == ["nvim"] else VIM)
    subprocess.run(
        [program, *quiet, "-Nu", str(folder / "vimrc"), "-i", "NONE", "-n", "-S", str(folder / "commands.vim"), "-c", "wqa!", str(folder / "a.nnef")],
        env=settled(folder), timeout=60, capture_output=True, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    return (folder / "a.nnef").read_text(encoding="utf-8")


@pytest.mark.parametrize("command", EDITORS)
def test_vim_indents_as_the_formatter_does(tmp_path: Path, command: list[str]) -> None:
    flat = "\n".join(line.strip() for line in INDENTED.split("\n"))
    assert ran(command, tmp_path, flat, "normal gg=G") == INDENTED


@pytest.mark.parametrize("command", EDITORS)
def test_vim_colours_what_is_what(tmp_path: Path, command: list[str]) -> None:
    words = {
        "fragment": "nnefStructure", "f(": "nnefName", "tensor": "nnefType", "# not": "nnefComment", "conv(": "nnefCall",
        "'it": "nnefString", "external": "nnefStorage", "size =": "nnefArgument", "version": "nnefPreProc", "1.0": "nnefNumber",
        "->": "nnefOperator",
    }  # fmt: skip
    answer = tmp_path / "answer"
    commands = [
        f"call cursor(1, 1) | call search('\\V{word.replace(chr(39), chr(39) * 2)}', 'c') | "
        f"call writefile([synIDattr(synID(line('.'), col('.'), 1), 'name')], '{answer}', 'a')"
        for word in words
    ]
    ran(command, tmp_path, INDENTED, *commands, f"call writefile([&commentstring], '{answer}', 'a')")
    assert answer.read_text(encoding="utf-8").split("\n")[:-1] == [*words.values(), "# %s"]
