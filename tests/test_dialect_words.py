"""What a dialect does differently is in its folders: no other module names one."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1] / "nnef_lsp"
FOLDERS = {path.parent.name for path in ROOT.glob("model/operations/*/dialect.py")}
WORDS = re.compile(rf"(?<![a-z])({'|'.join(FOLDERS)})(?![a-z])", re.IGNORECASE)
NAMED_SO = {
    *("archive/tensors/dat.py", "archive/tensors/dat_header.py"),
    "archive/tensors/khronos_items.py",
    "archive/tensors/tract_items.py",
    "runtime/engines/tract_engine.py",
    "runtime/engines/tract_outputs.py",
    "runtime/engines/tract_import.py",
    *("cli/check.py", "cli/conformance.py", "cli/flatten.py", "cli/run.py", "cli/verify.py"),
    *("ide/run_needs.py", "ide/views/tensor.py"),
    *("rules/deprecated_shape_of.py", "rules/encoding.py", "rules/greedy_unary.py", "rules/string_escape.py"),
}
"""Where programs, formats of files or examples are called so, whatever the dialect of a graph."""


def own(path: Path) -> bool:
    """Whether a module belongs to a dialect or to a program of its name."""
    parts = path.relative_to(ROOT).parts
    return bool(FOLDERS & set(parts)) or path.relative_to(ROOT).as_posix() in NAMED_SO or parts[0] == "conformance"


def words(path: Path) -> Iterator[str]:
    """Names and strings of a module in which a dialect is named; neither comments nor docstrings."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    prose = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in prose:
            text = node.value
        elif isinstance(node, ast.Name):
            text = node.id
        elif isinstance(node, ast.Attribute):
            text = node.attr
        elif isinstance(node, (ast.FunctionDef, ast.ClassDef, ast.alias)):
            text = node.name
        elif isinstance(node, ast.ImportFrom):
            text = node.module or ""
        else:
            continue
        if WORDS.search(text):
            yield text


def test_no_other_module_names_a_dialect() -> None:
    assert {
        path.relative_to(ROOT).as_posix(): found
        for path in sorted(ROOT.rglob("*.py"))
        if not own(path) and (found := list(words(path)))
    } == {}
