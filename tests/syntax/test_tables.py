"""The tables that are kept are those of the grammar, and without them the parser is the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from nnef_lsp.syntax import tables
from nnef_lsp.syntax.templates import GRAMMAR, STARTS

TEXT, ALL = GRAMMAR.read_text(encoding="utf-8"), tuple(STARTS)


def test_the_tables_are_those_of_the_grammar_and_of_lark(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("they are old: run 'python -m tests.syntax.test_tables'")

    monkeypatch.setattr(tables, "made", refuse)
    tables.parser_of(TEXT, ALL)


@pytest.mark.parametrize("kept", [None, "", "[]", "{}", '{"for": "lark 0.1"}'])
def test_without_them_lark_makes_its_own(kept: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fast = tables.parser_of(TEXT, ALL)
    path = tmp_path / "tables.json"
    if kept is not None:
        path.write_text(kept)
    monkeypatch.setattr(tables, "TABLES", path)
    slow = tables.parser_of(TEXT, ALL)
    assert slow.rules == fast.rules
    assert {t.name: t.pattern.value for t in slow.terminals} == {t.name: t.pattern.value for t in fast.terminals}
    sentence = "x = conv(a, b, 0.0, padding = [(1, 1)]);"
    assert slow.parse(sentence, start="assignment") == fast.parse(sentence, start="assignment")


if __name__ == "__main__":
    tables.TABLES.write_text(tables.written(TEXT, ALL), encoding="utf-8")
