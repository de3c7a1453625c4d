"""What documents and docstrings point at exists: links of Markdown files, paths and modules between backticks."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
SKIPPED = {"node_modules", "bundled", "artifacts", "build", "dist"}
"""Folders of what is made or fetched."""
MADE_UP = re.compile(r"NAME|acme|my_rule|^operations\.py$|~")
"""What a recipe tells its reader to write, and what lies in a person's home."""
CODE = [ROOT / folder for folder in ("nnef_lsp", "tests", "benchmarks", "tools")]
MODULES = [path for folder in CODE for path in sorted(folder.rglob("*.py"))]


def pages() -> list[Path]:
    """The Markdown files of the project; the pages of rules have tests of their own."""
    found = [
        path
        for path in ROOT.rglob("*.md")
        if not any(part in SKIPPED or part[0] == "." for part in path.relative_to(ROOT).parts)
    ]
    return sorted(path for path in found if path.parent.name != "rules")


def test_links_lead_somewhere() -> None:
    links = [
        (page, target)
        for page in pages()
        for target in re.findall(r"\]\(([^)\s#]+)[^)\s]*\)", page.read_text(encoding="utf-8"))
    ]
    inner = [(page, target) for page, target in links if ":" not in target]
    assert len(inner) > 20
    assert [
        f"{page.relative_to(ROOT)}: {target}" for page, target in inner if not (page.parent / target).exists()
    ] == []


def test_headings_that_links_name_are_there() -> None:
    for page in pages():
        for target, heading in re.findall(r"\]\(([^)\s#:]*)#([^)\s]+)\)", page.read_text(encoding="utf-8")):
            text = (page.parent / target if target else page).read_text(encoding="utf-8")
            titles = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
            assert heading in [re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles], (
                f"{page}: #{heading}"
            )


def test_paths_in_documents_exist() -> None:
    named = [
        (page, path)
        for page in pages()
        for path in re.findall(
            r"`([\w./-]+/[\w.*-]+\.(?:py|mjs|ts|md|nnef|toml|lua|el))`", page.read_text(encoding="utf-8")
        )
        if not MADE_UP.search(path)
    ]
    assert len(named) > 10
    around = [(page, path, (page.parent, ROOT, ROOT / "nnef_lsp", ROOT / "nnef_lsp/model")) for page, path in named]
    assert [
        f"{page.relative_to(ROOT)}: {path}"
        for page, path, places in around
        if not any(any(place.glob(path)) for place in places)
    ] == []


def test_modules_that_docstrings_name_exist() -> None:
    known = {"/".join(path.parts[-length:]) for path in MODULES for length in range(1, 6)}
    named = [
        (module, name)
        for module in MODULES
        for name in re.findall(r"[(`]([a-z_][\w/]*\.py)[)`:]", module.read_text(encoding="utf-8"))
        if not MADE_UP.search(name)
    ]
    assert len(named) > 150
    assert [f"{module.relative_to(ROOT)}: {name}" for module, name in named if name not in known] == []


def test_the_walk_of_an_edit_names_functions_where_they_are() -> None:
    """Each row of the table: a file, and functions or methods that it defines."""
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([\w/]+\.py)` \| ([^|]+) \|", text.partition("### Step by step")[2], re.MULTILINE)
    assert len(rows) > 15
    for file, functions in rows:
        module = (ROOT / "nnef_lsp" / file).read_text(encoding="utf-8")
        for owner, name in re.findall(r"`(?:(\w+)\.)?(\w+)`", functions):
            assert re.search(rf"^ *(?:async )?def {name}\b", module, re.MULTILINE), f"{file} has no {name}"
            assert not owner or f"class {owner}" in module, f"{file} has no {owner}"
        for decorator in re.findall(r"`(@[^`]+)`", functions):
            assert decorator in module, f"{file} has no {decorator}"
