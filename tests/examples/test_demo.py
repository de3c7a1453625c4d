"""`tools/demo.py` runs through and shows what it promises, without a terminal."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

DEMO = Path(__file__).parents[2] / "tools" / "demo.py"


def test_the_demo_shows_every_part_and_succeeds() -> None:
    done = subprocess.run([sys.executable, str(DEMO)], capture_output=True, encoding="utf-8", timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "\x1b" not in done.stdout
    for expected in ("no problems", "probabilities  scalar   [1, 10]", "conv3/filter", "samples/9.png", "99.2 %"):
        assert expected in done.stdout
    assert "error[shape-mismatch]" in done.stdout
    assert "Everything came out as it should" in done.stdout
