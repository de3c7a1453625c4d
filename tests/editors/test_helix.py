"""A real Helix with the files and commands of docs/editors.md."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from nnef_lsp.project.configuration import FILES

from ..server.talk import model_folder
from .terminal import INSTALL, PAUSES, ROOT, Terminal, at_three_speeds, clone, editor, server_started, settled
from .test_neovim_typing import GRAPH, TYPED

EDITORS = ROOT / "editors"
HELIX = editor("hx")
needs_helix = pytest.mark.skipif(HELIX is None, reason=f"Helix is not installed {INSTALL}")


def test_the_configuration_names_a_server_that_it_defines() -> None:
    toml = import_module("tomllib" if sys.version_info >= (3, 11) else "tomli")
    found = toml.loads((EDITORS / "helix-languages.toml").read_text(encoding="utf-8"))
    (language,) = found["language"]
    assert set(found) == {"language", "language-server", "grammar"}
    assert found["language-server"]["nnef-lsp"] == {"command": "nnef-lsp"}
    assert language["language-servers"] == ["nnef-lsp"] and language["file-types"] == ["nnef", "quant"]
    assert {"name", "scope", "comment-token", "indent", "roots"} <= set(language)
    assert FILES[0] in language["roots"]


def configured(folder: Path) -> dict[str, str]:
    """The environment of a Helix that is set up for the server."""
    environment = settled(folder)
    home = folder / "home" / ".config" / "helix"
    home.mkdir(parents=True)
    text = (EDITORS / "helix-languages.toml").read_text(encoding="utf-8")
    text = text.replace("/path/to/nnef-lsp", str(clone(folder)))
    (home / "languages.toml").write_text(text, encoding="utf-8")
    return environment


def opened(folder: Path, text: str = GRAPH) -> tuple[Terminal, Path]:
    environment = configured(folder)
    graph = model_folder(folder / "model", text)
    terminal = Terminal([str(HELIX), f"{graph}:5"], environment, folder)
    assert terminal.wait(lambda: server_started(folder)), terminal.text[-2000:]
    return terminal, graph


def typed(folder: Path, pause: int) -> str:
    """What is in the file after keys that come so many milliseconds apart."""
    terminal, graph = opened(folder)
    terminal.type(["A", "\r", *TYPED, "\x1b"], pause / 1000)
    terminal.type([":", "w", "q", "!", "\r"], 0.2)
    terminal.close()
    return graph.read_text(encoding="utf-8")


@needs_helix
def test_typing_in_helix(tmp_path: Path) -> None:
    wanted = GRAPH.replace("    y =", "    " + TYPED.replace("\r", "\n    ") + "\n    y =")
    assert at_three_speeds(typed, tmp_path) == dict.fromkeys(PAUSES, wanted)


@needs_helix
def test_a_run_in_helix(tmp_path: Path) -> None:
    """The verdict and where the report is, without an argument."""
    terminal, _ = opened(tmp_path)
    terminal.type([" ", "k"], 0.5)
    terminal.type(["\x1b", *":lsp-workspace-command nnef.runGraph", "\r"])
    assert terminal.shows("Ran in "), terminal.text[-2000:]
    terminal.type(["\x1b", *":qa!", "\r"])
    terminal.close()


@needs_helix
@pytest.mark.skipif(shutil.which("cc") is None, reason=f"there is no C compiler {INSTALL}")
def test_the_grammar_in_helix(tmp_path: Path) -> None:
    """The commands of the documentation, word for word; Helix finds all queries and colours."""
    environment = {**configured(tmp_path)}
    text = (ROOT / "docs" / "editors.md").read_text(encoding="utf-8")
    found = re.search(r"## Helix.*?```sh\n(.*?)```", text, re.DOTALL)
    assert found is not None
    script = found[1].replace("/path/to/nnef-lsp", str(tmp_path / "ü b" / "nnef-lsp")).replace("hx ", f"'{HELIX}' ")
    done = subprocess.run(["sh", "-c", script], env=environment, capture_output=True, text=True, timeout=100)
    health = subprocess.run(
        [str(HELIX), "--health", "nnef"], env=environment, capture_output=True, text=True, timeout=60
    )
    told = re.sub(r"\x1b\[[0-9;]*m", "", health.stdout)
    for each in ("Highlight queries: ✓", "Textobject queries: ✓", "Indent queries: ✓"):
        assert each in told, told + done.stdout[-500:] + done.stderr[-500:]
    graph = model_folder(tmp_path / "model", GRAPH)
    terminal = Terminal([str(HELIX), str(graph)], environment, tmp_path)
    assert terminal.shows("tanh")
    terminal.type([*"5gg", "o", *"t = conv(", "\r", "x", "\x1b", "x", "\x03", *":wq!", "\r"], 0.15)
    terminal.close()
    assert "    t = conv(\n        # x\n    )\n" in graph.read_text(encoding="utf-8"), graph.read_text(encoding="utf-8")
