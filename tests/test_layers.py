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
    "exchange": {"model", "archive", "syntax"},
    "runtime": {"exchange", "model", "archive", "syntax"},
    "conformance": {"runtime", "rules", "archive", "model", "syntax"},
    "workbench": {"runtime", "ide", "project", "rules", "model", "syntax", "archive", "exchange"},
    "api": {"workbench", "runtime", "exchange", "project", "rules", "model", "syntax", "archive"},
    "server": {"ide", "project", "rules", "model", "syntax", "archive", "runtime", "exchange", "workbench"},
    "cli": {
        "workbench",
        "server",
        "ide",
        "project",
        "rules",
        "model",
        "syntax",
        "archive",
        "runtime",
        "conformance",
        "exchange",
    },
}
ROOMS = {
    "model": """
        extents values findings operations weights statements dtypes shapes evaluation checks analysis quantization
        flattening comparison targets
    """,
    "ide": "text names describe hover completion refactoring views quantization code_actions diagnostics run_needs bug_report",
    "archive": "arrays errors limits atomic staging names blobs tensors containers workspace foreign statistics pictures weights",
    "exchange": "errors packages onnx",
    "runtime": """
        errors python_files tiles arrays planning kernels prepared execution summary inputs engines process compare paths
    """,
    "api": "diagnostic tensors running comparing onnx html editing model builder",
    "workbench": "errors words change constants statements coding calibration writing proof passes changes",
    "server": """
        initialize_answers workspace_index settings memory parameters custom_operations session wire connection registry error_boundary convert
        plain uris companion model_edits running diagnostics loading large_documents garbage refused updates server features app prologue start
    """,
}
"""From the ground up: a room (a folder or a file of a package) imports only from those before it."""
OUTSIDE = {
    "pygls": {"server"},
    "lsprotocol": {"server"},
    "lark": {"syntax"},
    "pygments": {"syntax"},
    "numpy": {"api", "archive", "exchange", "runtime", "workbench", "cli", "conformance", "ide", "server"},
    "onnx": {"exchange"},
    "onnxruntime": {"runtime"},
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


def room(path: Path) -> str:
    return path.relative_to(ROOT).with_suffix("").parts[1]


def test_every_room_has_its_place() -> None:
    for package, order in ROOMS.items():
        there = {room(path) for path in FILES if path.relative_to(ROOT).parts[0] == package}
        assert there - {"__init__"} == set(order.split())
        assert len(order.split()) == len(set(order.split()))


@pytest.mark.parametrize("package", ROOMS)
def test_rooms_import_from_the_ground_up(package: str) -> None:
    order = ROOMS[package].split()
    wrong = []
    for path in FILES:
        if path.relative_to(ROOT).parts[0] != package or room(path) == "__init__":
            continue
        for name, line in modules(path):
            parts = name.split(".")
            if parts[:2] == ["nnef_lsp", package] and len(parts) > 2:
                if order.index(parts[2]) > order.index(room(path)):
                    wrong.append(f"{path.relative_to(ROOT)}:{line} imports {name}")
    assert not wrong, "\n".join(wrong)


def test_no_circle_of_imports() -> None:
    """Imports for types and within functions count: a circle of these is as hard to read as one that fails."""
    graph = {name_of(path): {name for name, _ in modules(path)} - {name_of(path)} for path in FILES}
    while free := [name for name, below in graph.items() if not below & graph.keys()]:
        for name in free:
            del graph[name]
    above = {name for below in graph.values() for name in below}
    assert not sorted(graph.keys() & above), "files that import each other, or what imports each other"


def test_nobody_writes_into_an_analysis() -> None:
    """It changes itself, by `edit`, `update` and `finish`; whoever else wrote into it would be overtaken by the next."""
    wrong = []
    for path in FILES:
        if path == ROOT / "model" / "analysis" / "analysis.py":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
            for target in targets if isinstance(node, (ast.Assign, ast.AugAssign, ast.AnnAssign)) else ():
                for part in ast.walk(target) if target is not None else ():
                    if isinstance(part, ast.Attribute) and is_analysis(part.value):
                        wrong.append(f"{path.relative_to(ROOT)}:{part.lineno} writes {ast.unparse(part)}")
    assert not wrong, "\n".join(wrong)


def is_analysis(node: ast.expr) -> bool:
    """Whether an expression is called an analysis, as all of ours are."""
    name = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
    return name.strip("_") in ("analysis", "prompt_analysis", "graph_analysis")


def name_of(path: Path) -> str:
    parts = path.relative_to(ROOT.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def modules(path: Path) -> list[tuple[str, int]]:
    """Our own modules that a file imports anywhere, those in `from package import module` too; name and line."""
    package = ("nnef_lsp", *path.relative_to(ROOT).parts[:-1])
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found += [(alias.name, node.lineno) for alias in node.names if alias.name in NAMES]
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(package[: len(package) - node.level + 1]) if node.level else ""
            module = ".".join(filter(None, (base, node.module)))
            inner = [f"{module}.{alias.name}" for alias in node.names]
            found += [(name if name in NAMES else module, node.lineno) for name in inner if module in NAMES]
    return found


NAMES = {name_of(path) for path in FILES}


@pytest.mark.parametrize(
    "module", ["nnef_lsp.model.analysis.analysis", "nnef_lsp.archive", "nnef_lsp.rules", "nnef_lsp.server.app"]
)
def test_opening_a_document_imports_no_numpy(module: str) -> None:
    code = f"import sys, {module}; sys.exit('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


def test_the_server_answers_before_it_imports_the_parser() -> None:
    code = "import sys, nnef_lsp.server.app as app; app.new_server(); "
    code += "sys.exit(bool({'lark', 'nnef_lsp.syntax.tokens', 'nnef_lsp.model'} & sys.modules.keys()))"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


def test_the_server_is_built_on_pygls() -> None:
    """Transport, life cycle and dispatch are a well-kept library's, and our user's choice; ours hangs on its extension
    points (a protocol class, a converter)."""
    from pygls.lsp.server import LanguageServer
    from pygls.protocol import LanguageServerProtocol

    from nnef_lsp.server.server import NnefServer

    server = NnefServer()
    assert isinstance(server, LanguageServer) and isinstance(server.protocol, LanguageServerProtocol)
