"""docs/capabilities.md is what our server says of itself, and what others have and we lack has a reason."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_matrix_is_ours_and_lacks_nothing_without_a_reason() -> None:
    done = subprocess.run(
        [sys.executable, "tools/capabilities.py"], cwd=ROOT, capture_output=True, text=True, timeout=100
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_all_eight_servers_were_asked() -> None:
    page = (ROOT / "docs" / "capabilities.md").read_text(encoding="utf-8")
    assert "| nnef-lsp | rust-analyzer | ty | ruff | basedpyright | gopls | clangd | tombi | mlir-lsp-server |" in page
    assert "(no reason yet)" not in page
