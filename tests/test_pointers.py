"""What documents and docstrings point at exists: links of Markdown files, paths and modules between backticks."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
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


def test_what_is_not_here_is_there() -> None:
    """`Not here: how extents are compared (`relations.py`)`: the file says so of itself, by a word of its docstring or
    the name of something that it defines."""
    pointers = list(not_here())
    assert len(pointers) > 200
    assert [
        f"{module.relative_to(ROOT)}: '{what}' is not what {target.relative_to(ROOT)} is about"
        for module, what, target in pointers
        if not stems(what) & about(target)
    ] == []


def not_here() -> Iterator[tuple[Path, str, Path]]:
    """From which module, what is said to be elsewhere, and where."""
    for module in MODULES:
        docstring = ast.get_docstring(ast.parse(module.read_text(encoding="utf-8"))) or ""
        said = re.search(r"Not here: (.*?)(?:\n\n|\Z)", docstring, re.DOTALL)
        for what, name in re.findall(r"([^()]*?)\((?:see )?`([\w./-]+\.py)`[^)]*\)", said[1] if said else ""):
            near = [folder / name for folder in module.parents if (folder / name).exists()]
            target = (near or [path for path in MODULES if path.as_posix().endswith("/" + name)])[0]
            yield module, " ".join(what.split()).strip(" ,;:."), target


def about(path: Path) -> set[str]:
    """Stems of the words of a file's docstring, its name, and the names that it defines."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    docstring = re.sub(r"Not here: .*", "", ast.get_docstring(tree) or "", flags=re.DOTALL)
    defined = [
        node.name for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
    ]
    targets = [target for node in tree.body if isinstance(node, ast.Assign) for target in node.targets]
    defined += [target.id for target in targets if isinstance(target, ast.Name)]
    place = " ".join(path.relative_to(ROOT).with_suffix("").parts)
    return stems(" ".join((docstring, place, *re.sub(r"(?<=[a-z])(?=[A-Z])", " ", " ".join(defined)).split())))


EMPTY = {
    *("the", "and", "are", "for", "how", "its", "not", "that", "them", "themselves", "itself", "they", "this", "those"),
    *("what", "when", "where", "which", "who", "whom", "whose", "with", "here", "there", "other", "own", "has", "have"),
}
"""Words that tell one file from no other."""


def stems(text: str) -> set[str]:
    """The words of a text without their endings: "comparing" and "compared" are one."""
    words = {word.lower() for word in re.findall(r"[A-Za-z]{3,}", text.replace("_", " "))} - EMPTY
    return {re.sub(r"(?<=\w{3})(?:ations?|ings?|ions?|ies|es|ed|s|y|e)$", "", word) for word in words}
