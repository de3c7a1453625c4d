"""A real Kakoune with editors/kakoune.kak: what is typed stands there, indented and coloured.  No registry has kak-lsp."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from .terminal import INSTALL, PAUSES, ROOT, Terminal, at_three_speeds, clone, editor, settled
from .test_neovim_typing import GRAPH, TYPED

KAKOUNE = editor("kak")
needs_kakoune = pytest.mark.skipif(KAKOUNE is None, reason=f"Kakoune is not installed {INSTALL}")


def opened(folder: Path, text: str = GRAPH) -> tuple[Terminal, Path]:
    environment = settled(folder)
    (folder / "home" / ".config" / "kak").mkdir(parents=True)
    found = re.search(r"```kak\n(.*?)```", (ROOT / "docs" / "editors.md").read_text(encoding="utf-8"), re.DOTALL)
    assert found is not None
    lines = found[1].replace("/path/to/nnef-lsp", str(clone(folder)))
    (folder / "home" / ".config" / "kak" / "kakrc").write_text(lines, encoding="utf-8")
    graph = folder / "graph.nnef"
    graph.write_text(text, encoding="utf-8")
    terminal = Terminal([str(KAKOUNE), "+5", str(graph)], environment, folder)
    assert terminal.shows("tanh"), terminal.text[-2000:]
    return terminal, graph


def typed(folder: Path, pause: int) -> str:
    """What is in the file after keys that come so many milliseconds apart."""
    terminal, graph = opened(folder)
    terminal.type(["o", *TYPED, "\x1b"], pause / 1000)
    terminal.type([*":wq", "\r"], 0.1)
    terminal.close()
    return graph.read_text(encoding="utf-8")


@needs_kakoune
def test_typing_in_kakoune(tmp_path: Path) -> None:
    wanted = GRAPH.replace("    y =", "    " + TYPED.replace("\r", "\n    ") + "\n    y =")
    assert at_three_speeds(typed, tmp_path) == dict.fromkeys(PAUSES, wanted)


@needs_kakoune
def test_kakoune_indents_and_comments(tmp_path: Path) -> None:
    terminal, graph = opened(tmp_path)
    terminal.type(
        ["o", *"t = conv(", "\r", *"x,", "\r", *"x", "\r", ")", ";", "\x1b", *":comment-line", "\r", *":wq", "\r"], 0.05
    )
    terminal.close()
    assert "    t = conv(\n        x,\n        x\n    # );\n" in graph.read_text(encoding="utf-8")
    assert "rror" not in terminal.text.replace("*debug*", ""), terminal.text[-1000:]
