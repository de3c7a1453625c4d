"""docs/workbench.md: every command in its table does what it says."""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path

import pytest

from ..cli.helpers import EXAMPLES, shell

PAGE = Path(__file__).parents[2] / "docs" / "workbench.md"


@pytest.mark.skipif(sys.platform == "win32", reason="the commands are for a POSIX shell")
def test_the_commands_of_the_page_work(tmp_path: Path) -> None:
    commands = re.findall(r"^\| .* \| `(nnef-lsp .*)` \|$", PAGE.read_text(encoding="utf-8"), re.M)
    assert len(commands) >= 9
    shutil.copytree(EXAMPLES / "digits", tmp_path / "model")
    ran = shell("\n".join(["set -e", *commands]), cwd=tmp_path, text=True)
    assert (ran.returncode, ran.stderr) == (0, ""), ran.stdout[-2000:]
