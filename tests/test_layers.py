"""The arrows of ARCHITECTURE.md hold: who may import whom, and what starting a server must not import."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1] / "nnef_lsp"
ALLOWED = {
    "syntax": set(),
    "archive": set(),
    "model": {"syntax"},
    "rules": {"model", "syntax"},
    "project": {"rules", "model", "syntax", "archive"},
    "ide": {"project", "rules", "model", "syntax", "archive"},
    "runtime": {"model", "archive", "syntax"},
    "conformance": {"runtime", "rules", "archive", "model", "syntax"},
    "server": {"ide", "project", "rules", "model", "syntax", "archive", "runtime"},
    "cli": {"server", "ide", "project", "rules", "model", "syntax", "archive", "runtime", "conformance"},
}
OUTSIDE = {
    "pygls": {"server"},
    "lsprotocol": {"server"},
    "lark": {"syntax"},
    "numpy": {"archive", "runtime", "cli", "conformance", "ide", "server"},
}


def imports(path: Path) -> list[tuple[str, int, bool]]:
    """Modules that a file imports: full name, line, and whether when the file itself is imported."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    package = ("nnef_lsp", *path.relative_to(ROOT).parts[:-1])
    inner = {
        id(child)
        for node in ast.walk(tree)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        for child in ast.walk(node)
    }
    typing = {
        id(child)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)
        for child in ast.walk(node)
    }
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(package[: len(package) - node.level + 1]) if node.level else ""
            module = ".".join(filter(None, (base, node.module)))
            names = [f"{module}.{alias.name}" for alias in node.names] if module == "nnef_lsp" else [module]
        else:
            continue
        found.extend((name, node.lineno, id(node) not in inner and id(node) not in typing) for name in names)
    return found


FILES = sorted(ROOT.rglob("*.py"))


def test_every_package_has_its_arrows() -> None:
    assert {path.name for path in ROOT.iterdir() if (path / "__init__.py").exists()} == set(ALLOWED)


def test_imports_follow_the_arrows() -> None:
    wrong = []
    for path in FILES:
        layer = path.relative_to(ROOT).parts[0]
        for name, line, _ in imports(path):
            parts = name.split(".")
            if parts[0] == "nnef_lsp" and len(parts) > 1 and layer in ALLOWED:
                if parts[1] in ALLOWED and parts[1] != layer and parts[1] not in ALLOWED[layer]:
                    wrong.append(f"{path.relative_to(ROOT)}:{line} imports {name}")
            elif parts[0] in OUTSIDE and layer not in OUTSIDE[parts[0]]:
                wrong.append(f"{path.relative_to(ROOT)}:{line} imports {name}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(
    "module", ["nnef_lsp.model.analysis.analysis", "nnef_lsp.archive", "nnef_lsp.rules", "nnef_lsp.server.app"]
)
def test_opening_a_document_imports_no_numpy(module: str) -> None:
    code = f"import sys, {module}; sys.exit('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


def test_the_server_answers_before_it_imports_the_parser() -> None:
    code = "import sys, nnef_lsp.server.app; sys.exit('lark' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0
