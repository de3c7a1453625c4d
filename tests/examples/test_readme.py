"""The READMEs show what really happens: console lines are run, tables have every command and setting.

Not here: links (`tests/test_pointers.py`).
"""

from __future__ import annotations

import json
import math
import re
import subprocess
import sys
from pathlib import Path

import pytest

from nnef_lsp.cli.main import parser

from ..cli.helpers import shell

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
NUMBER = re.compile(r"\d+(?:\.\d+)?(?:e[-+]\d+)?")


def tour() -> list[tuple[str, str]]:
    """Each command line and what stands below it."""
    found = re.search(r"```console\n(.*?)```", README, re.DOTALL)
    assert found is not None
    parts = re.split(r"^\$ (.*)\n", found[1], flags=re.MULTILINE)[1:]
    return list(zip(parts[::2], parts[1::2], strict=True))


@pytest.mark.skipif(sys.platform == "win32", reason="the lines are for a POSIX shell")
@pytest.mark.parametrize(("line", "shown"), tour())
def test_the_tour(line: str, shown: str) -> None:
    ran = shell(line, cwd=ROOT, encoding="utf-8")
    assert ran.stderr == ""
    assert NUMBER.sub("0", ran.stdout).strip() == NUMBER.sub("0", shown).strip()
    for found, want in zip(NUMBER.findall(ran.stdout), NUMBER.findall(shown), strict=True):
        assert math.isclose(float(found), float(want), rel_tol=1e-3, abs_tol=1e-9)


def test_every_command_is_in_the_table() -> None:
    table = README.partition("## On the command line")[2].partition("\n\n`PATH` is")[0]
    first = "\n".join(row.split("|")[1] for row in table.splitlines() if row.startswith("| `"))
    assert [name for name in parser().names if name != "serve" and f"`{name}" not in first] == []


def test_options_that_are_mentioned_exist() -> None:
    helps = "\n".join(
        subprocess.run([sys.executable, "-m", "nnef_lsp", name, "--help"], capture_output=True, encoding="utf-8").stdout
        for name in ("check", "run", *re.findall(r"^\| `([a-z-]+) [^`]*--", README, re.MULTILINE))
    )
    assert [
        option for option in set(re.findall(r"`?(--[a-z]+)", README)) if option != "--help" and option not in helps
    ] == []


def test_the_two_commands_are_those_of_the_makefile() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert re.findall(r"^make (\w+)", README, re.MULTILINE) == ["demo", "test"]
    assert "\ndemo:" in makefile and "\ntest:" in makefile


def test_the_extension_documents_its_settings_with_their_defaults() -> None:
    folder = ROOT / "vscode-extension"
    properties = json.loads((folder / "package.json").read_text(encoding="utf-8"))["contributes"]["configuration"][
        "properties"
    ]
    rows = re.findall(
        r"^\| `(nnef\.[\w.]+)` \| `([^`]+)` \|", (folder / "README.md").read_text(encoding="utf-8"), re.MULTILINE
    )
    assert [(name, json.loads(default)) for name, default in rows] == [
        (name, each["default"]) for name, each in properties.items()
    ]
