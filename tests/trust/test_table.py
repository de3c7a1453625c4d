"""The table of docs/security.md: each row names tests that there are."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_each_row_has_its_test() -> None:
    text = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
    lines = text[: text.index("## Limits")].splitlines()
    rows = [line for line in lines if line.startswith("| ") and line.count("|") == 5 and "| test |" not in line]
    assert len(rows) > 12
    for row in rows:
        named = re.findall(r"`([\w./-]+\.(?:py|ts|mjs))`", row.rsplit("|", 2)[1])
        assert named and all((ROOT / name).is_file() for name in named), row
