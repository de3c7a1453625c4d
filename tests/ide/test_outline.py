"""Outline, folding, semantic tokens and links."""

from __future__ import annotations

from nnef_lsp.ide.names.links import links
from nnef_lsp.ide.text.folding import folds
from nnef_lsp.ide.views import semantic
from nnef_lsp.ide.views.outline import outline

from .drawing import drawn, expected, question

NET = """$0
    # what it is
    # for
    fragment block( a: tensor<scalar> ) -> ( b: tensor<scalar> )
    {
        b = relu(a);
    }
    graph net( x ) -> ( y )
    {
        x = external(shape = [1,3]);
        w = variable(
            shape = [1,3], label = 'net/w');
        [p, q] = split(x, axis = 1, ratios = [1, 2]); y = add(w, block(x));
    }
"""


def test_outline() -> None:
    analysis, _ = question(NET)
    found = []
    for entry in outline(analysis, "utf-16"):
        found.append(f"{entry.kind} {entry.name} {entry.start[0]}-{entry.end[0]}")
        found += [f"  {c.kind} {c.name} {c.detail} at {c.name_start[0]}:{c.name_start[1]}" for c in entry.children]
    assert found == [
        "fragment block 5-8", "  tensor b relu at 7:8",
        "graph net 9-15", "  input x external [1, 3] at 11:8", "  variable w variable [1, 3] at 12:8",
        "  tensor p split [1, 1] at 14:9", "  tensor q split [1, 2] at 14:12", "  tensor y add [1, 3] at 14:54",
    ]  # fmt: skip


def test_folds() -> None:
    analysis, _ = question(NET)
    assert sorted((f.first, f.last, f.kind) for f in folds(analysis)) == [
        (3, 4, "comment"), (5, 7, "region"), (9, 14, "region"), (12, 13, "region"),
    ]  # fmt: skip


def test_links_are_labels_without_quotes() -> None:
    analysis, _ = question(NET)
    assert drawn(analysis, [place for place, _, _ in links(analysis)]) == expected("""
            shape = [1,3], label = 'net/w');
                                    ^^^^^
    """)


def tokens(analysis: object, source: object, first: int = 0, last: int | None = None) -> list[str]:
    """The tokens written out: text, type and modifiers."""
    data = semantic.semantic_tokens(analysis, source, "utf-16", first, last)  # type: ignore[arg-type]
    line = column = 0
    found = []
    for at in range(0, len(data), 5):
        down, right, length, kind, modifiers = data[at : at + 5]
        line, column = line + down, right if down else column + right
        text = source.line_text(line)[column : column + length]  # type: ignore[attr-defined]
        names = [name for bit, name in enumerate(semantic.MODIFIERS) if modifiers >> bit & 1]
        found.append(" ".join([text, semantic.TYPES[kind], *names]))
    return found


def test_semantic_tokens() -> None:
    analysis, _ = question(NET)
    assert tokens(analysis, analysis.source, 7, 7) == [
        "b variable definition",
        "relu function defaultLibrary",
        "a parameter",
    ]
    line = tokens(analysis, analysis.source, 14, 14)
    assert line[:3] == ["p variable definition", "q variable definition", "split function defaultLibrary"]
    assert "block function" in line and "axis property" in line


def test_tokens_by_form_are_those_of_each_statement_alone(monkeypatch: object) -> None:
    names = "x = external(shape = [1]);\n" + "".join(
        f"  {'long' * (i % 3)}v{i} = add(x, {'x' if i % 2 else '1.0'});{' # note' if i % 5 == 0 else ''}\n"
        for i in range(60)
    )
    analysis, _ = question("$0" + names)
    quick = semantic.semantic_tokens(analysis, analysis.source, "utf-16")
    monkeypatch.setattr(semantic, "_quick_marks", lambda *_: None)  # type: ignore[attr-defined]
    assert quick == semantic.semantic_tokens(analysis, analysis.source, "utf-16")


def test_tokens_of_symbols_and_registries() -> None:
    text = (
        "$0version 1.0;\nextension tract_registry tract_core;\nextension tract_symbol S;\n"
        "extension tract_assert tg: S >= min(S, 2);\ngraph g( x ) -> ( y )\n{\n x = external(shape = [S]);\n y = relu(x);\n}\n"
    )
    analysis, _ = question(text)
    assert tokens(analysis, analysis.source, 1, 3)[:7] == [
        "tract_registry namespace", "tract_core namespace", "tract_symbol namespace", "S macro", "tract_assert namespace",
        "S macro", "S macro",
    ]  # fmt: skip
    assert tokens(analysis, analysis.source, 6, 6)[:4] == [
        "x variable definition", "external function defaultLibrary", "shape property", "S macro",
    ]  # fmt: skip
