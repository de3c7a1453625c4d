"""What users read is written as a native reader would write it."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from nnef_lsp.archive.limits import bytes_text

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


@pytest.mark.parametrize(
    "size, text",
    [(0, "0 B"), (1023, "1023 B"), (1024, "1 KiB"), (10_700, "10.4 KiB"), (1023 << 10, "1023 KiB"), (16 << 20, "16 MiB"),
     (245_000_000, "234 MiB"), (3 << 29, "1.5 GiB"), (5 << 40, "5 TiB")],
)  # fmt: skip
def test_sizes_have_three_digits(size: int, text: str) -> None:
    assert bytes_text(size) == text


def test_sizes_are_told_in_one_unit() -> None:
    """A hover told of 10.4 KB and 10.2 KB of one tensor.  Docstrings may be loose; what is shown, help included, is not."""
    found = []
    for path in TEXTS:
        text = path.read_text(encoding="utf-8")
        if path.suffix != ".py":
            shown = [
                (text[: match.start()].count("\n") + 1, match[0]) for match in re.finditer(r"`[^`\n]*`|'[^'\n]*'", text)
            ]
        else:
            tree = ast.parse(text)
            prose = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
            strings = [node for node in ast.walk(tree) if isinstance(node, ast.Constant) and id(node) not in prose]
            shown = [(node.lineno, node.value) for node in strings if isinstance(node.value, str)]
        found += [f"{path.relative_to(ROOT)}:{line}: {item}" for line, item in shown if re.search(r"\b[KMGT]B\b", item)]
    assert found == []
