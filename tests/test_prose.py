"""What users read is written as a native reader would write it."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
TEXTS = [*(ROOT / "nnef_lsp").rglob("*.py"), *(ROOT / "nnef_lsp").rglob("*.md"), *(ROOT / "nnef_lsp").rglob("*.nnef"),
         *(ROOT / "docs").glob("*.md"), *(ROOT / "vscode-extension" / "src").rglob("*.ts"), ROOT / "README.md"]  # fmt: skip
FOREIGN = re.compile(
    r"(?<![Tt]here )(?<!what )\b(?:is|was) no (?!longer|more|less|larger|help|difference|verdict|part\b|factor|tensor's)"
    r"|(?<![Tt]here )\b(?:are|were) no (?!longer|more|less|difference|verdict|part\b)"
)


def test_a_thing_is_not_a_thing_rather_than_no_thing() -> None:
    found = []
    for path in TEXTS:
        text = path.read_text(encoding="utf-8")
        for match in FOREIGN.finditer(text):
            line = text.count("\n", 0, match.start()) + 1
            found.append(f"{path.relative_to(ROOT)}:{line}: {text[match.start() : match.end() + 20]!r}")
    assert found == []
