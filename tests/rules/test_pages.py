"""Every rule has a page, every page says what is really reported, and every finding of the model has a rule."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import get_args

import pytest

from nnef_lsp.model.findings import Slug
from nnef_lsp.rules import SEVERITIES, rules

from .pages import blocks, rendered

MODEL = Path(__file__).parents[2] / "nnef_lsp" / "model"
INDEX_FOLDER = Path(__file__).parents[2] / "docs"
_SLUG = re.compile(r"[a-z]+(-[a-z]+)+")
_FINDING_CALLS = {"find", "note", "_note", "Finding", "Refusal", "at_close"}


@pytest.mark.parametrize("slug", sorted(rules()))
def test_page_reports_what_it_draws(slug: str) -> None:
    page = rules()[slug].page.read_text(encoding="utf-8")
    assert rendered(page) == page, "python -m tests.rules.pages --update, and read what it changed"


@pytest.mark.parametrize("slug", sorted(rules()))
def test_page_has_its_parts(slug: str) -> None:
    rule = rules()[slug]
    page = rule.page.read_text(encoding="utf-8")
    title, blank, summary, *_ = page.split("\n")
    assert (title, blank) == (f"# {slug}", "") and summary.endswith(".")
    assert [section in page for section in ("\n## Why\n", "\n## Example\n", "\n## Fix\n")] == [True] * 3
    assert f"[{slug}]: " in page, "no example shows the rule"
    assert rule.severity in SEVERITIES
    fine = page.partition("## Not an error")[2]
    assert not any(f"[{slug}]: " in line for _, block in blocks(fine) for line in block)


def test_the_type_of_slugs_lists_all_rules() -> None:
    assert sorted(get_args(Slug)) == sorted(rules())


def test_every_finding_has_a_rule() -> None:
    found = {slug for file in MODEL.rglob("*.py") for slug in _slugs(ast.parse(file.read_text(encoding="utf-8")))}
    assert len(found) > 50
    assert found <= set(rules()), found - set(rules())


def _slugs(tree: ast.AST) -> set[str]:
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) in _FINDING_CALLS:
            found.update(_strings(*node.args[:4]))
        elif isinstance(node, ast.Assign) and any(getattr(target, "id", "") == "rule" for target in node.targets):
            found.update(_strings(node.value))
    return found


def _strings(*nodes: ast.AST) -> set[str]:
    values = {
        part.value for node in nodes for part in (node, *ast.iter_child_nodes(node)) if isinstance(part, ast.Constant)
    }
    return {value for value in values if isinstance(value, str) and _SLUG.fullmatch(value)}


def test_index_is_fresh() -> None:
    from .index import INDEX, rendered

    assert INDEX.read_text(encoding="utf-8") == rendered(), "python -m tests.rules.index --update"


def test_catalogue_names_rules_that_exist() -> None:
    catalogue = (INDEX_FOLDER / "error-catalogue.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| ([a-z0-9, -]+) \| (.*?) \|", catalogue, re.MULTILINE)
    named = {slug for _, cell in rows for slug in re.findall(r"`([a-z]+(?:-[a-z]+)+)`", cell)}
    assert len(rows) > 100
    assert named <= set(rules()), named - set(rules())
