"""Every operation of every dialect has a kernel, or a line that says why it has none."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from nnef_lsp.model.operations.declarations import declared_operations
from nnef_lsp.model.operations.dialects import DIALECTS
from nnef_lsp.runtime.kernels import kernels
from nnef_lsp.runtime.kernels.without import NEVER_RUN, WITHOUT

FILES = sorted({name for dialect in DIALECTS.values() for name in (*dialect.declarations, *dialect.registries)})


@pytest.mark.parametrize("file", FILES)
def test_every_operation_can_run_or_says_why_not(file: str) -> None:
    known = {name.removeprefix("tract:") for name in kernels()}
    expanded = {name for name, operation in declared_operations(file).items() if operation.body}
    silent = [
        name for name in declared_operations(file) if name not in known | expanded | WITHOUT.keys() | NEVER_RUN.keys()
    ]
    assert silent == []


def test_reasons_are_given_for_operations_that_exist_and_lack_a_kernel() -> None:
    declared = {name for file in FILES for name in declared_operations(file)}
    assert WITHOUT.keys() | NEVER_RUN.keys() <= declared
    assert not WITHOUT.keys() & kernels().keys()
    assert all(reason.strip() == reason and reason for reason in WITHOUT.values())


def test_the_documentation_lists_what_has_no_kernel() -> None:
    page = Path(__file__).parents[2] / "docs" / "tract-execution.md"
    section = page.read_text(encoding="utf-8").split("## Without a kernel")[1].split("\n## ")[0]
    assert set(re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)) == WITHOUT.keys()
