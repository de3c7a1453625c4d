"""docs/dialects.md holds word for word: its files make a third dialect, in a copy of the package, and its commands answer so."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ..server.talk import Client

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "dialects.md").read_text(encoding="utf-8")
STEPS = PAGE.split("## A vendor's dialect, step by step")[1].split("\n## ")[0]
FILE = re.compile(r"`([\w./-]+\.(?:py|nnef|toml))`")
PLAIN = "version 1.0;\ngraph g( x ) -> ( y )\n{\n    x = external(shape = [1]);\n    y = relu(x + 1.0);\n}\n"
"""A graph without marks, which the specification does not allow without an extension, and Acme does."""


def blocks() -> Iterator[tuple[str, str]]:
    """Each indented block, with the paragraph before it."""
    for match in re.finditer(r"\n((?:[^ \n][^\n]*\n)+)\n((?:    [^\n]*\n|\n(?=\n?    ))+)", STEPS):
        yield match[1], re.sub(r"(?m)^    ", "", match[2])


@pytest.fixture(scope="module")
def vendor(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the package and the files of the page in it."""
    folder = tmp_path_factory.mktemp("vendor")
    shutil.copytree(ROOT / "nnef_lsp", folder / "nnef_lsp", ignore=shutil.ignore_patterns("__pycache__"))
    written = [(FILE.findall(before)[0], text) for before, text in blocks() if not text.startswith("$")]
    assert len(written) >= 7
    for name, text in written:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def environment(vendor: Path) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(vendor), "PYTHONDONTWRITEBYTECODE": "1"}


def nnef_lsp(vendor: Path, folder: Path, *arguments: str) -> str:
    command = [sys.executable, "-m", "nnef_lsp", *arguments]
    done = subprocess.run(command, cwd=folder, env=environment(vendor), capture_output=True, text=True, timeout=100)
    return done.stdout


def test_its_commands_answer_as_it_says(vendor: Path) -> None:
    commands = [text for _, text in blocks() if text.startswith("$")]
    assert sum(text.count("$ ") for text in commands) >= 4
    for text in commands:
        for line, expected in re.findall(r"\$ nnef-lsp ([^\n]*)\n((?:(?!\$ )[^\n]*\n)*)", text):
            assert timeless(nnef_lsp(vendor, vendor, *shlex.split(line))) == timeless(expected), line


def timeless(text: str) -> list[str]:
    """The lines of an answer, whatever time it took."""
    return re.sub(r"[\d.]+ ms", "N ms", text.strip()).split("\n")


@pytest.fixture
def plain(tmp_path: Path) -> Path:
    """A model that does not tell its dialect."""
    (tmp_path / "graph.nnef").write_text(PLAIN, encoding="utf-8")
    return tmp_path


def test_it_is_chosen_by_an_option_or_a_file_of_the_project(vendor: Path, plain: Path) -> None:
    assert "extension-missing" in nnef_lsp(vendor, plain, "check", "graph.nnef")
    assert nnef_lsp(vendor, plain, "check", "graph.nnef", "--dialect", "acme") == "no problems\n"
    (plain / "pyproject.toml").write_text('[tool.nnef-lsp]\ndialect = "acme"\n')
    assert nnef_lsp(vendor, plain, "check", "graph.nnef") == "no problems\n"
    assert "extension-missing" in nnef_lsp(vendor, plain, "check", "graph.nnef", "--dialect", "khronos")


def asked(vendor: Path, graph: Path, monkeypatch: pytest.MonkeyPatch, setting: str) -> dict[str, Any]:
    """What the server says of the dialect of a document."""
    monkeypatch.chdir(vendor)  # where Python looks for the package first
    monkeypatch.setenv("PYTHONPATH", str(vendor))
    client = Client({}, {"dialect": setting})
    state: dict[str, Any] = client.ask("nnef/dialect", {"textDocument": {"uri": client.open(graph)}})
    client.process.kill()
    return state


def test_editors_can_choose_it(vendor: Path, plain: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    graph = plain / "graph.nnef"
    told = asked(vendor, vendor / "graph.nnef", monkeypatch, "auto")
    assert (told["dialect"], told["detected"], told["setting"]) == ("acme", "acme", None)
    assert {"name": "acme", "title": "Acme Engine"} in told["dialects"]
    assert asked(vendor, graph, monkeypatch, "auto")["dialect"] == "khronos"
    assert asked(vendor, graph, monkeypatch, "acme")["dialect"] == "acme"
    (plain / ".nnef-lsp.toml").write_text('dialect = "acme"\n')
    assert asked(vendor, graph, monkeypatch, "khronos")["dialect"] == "acme"
