"""The incremental analysis: equal to a fresh one, and no more evaluated than what an edit can have changed."""

from __future__ import annotations

import random
from typing import Any

import pytest

from nnef_lsp.model.analysis.analysis import Analysis
from nnef_lsp.model.analysis.memo import Memo
from nnef_lsp.rules import diagnose
from nnef_lsp.syntax.source import Source


def snapshot(analysis: Analysis) -> tuple[Any, ...]:
    """All that can be seen of an analysis: diagnostics with their places, and every tensor's facts."""
    source = analysis.source
    found = sorted(
        (source.start_of(d.segment) + d.start, d.end - d.start, d.rule, d.severity, d.message, len(d.related))
        for d in diagnose(analysis)
    )
    return found, {name: repr(fact) for name, fact in analysis.tensors().items()}


def chain(count: int) -> str:
    """A graph of about `count` statements of several kinds, each reading the one before and one far back."""
    lines = ["version 1.0;", "graph net( x0 ) -> ( y )", "{", "    x0 = external(shape = [1, 4, 8, 8]);"]
    for i in range(1, count):
        before, far = f"x{i - 1}", f"x{max(0, i - 7)}"
        lines.append(
            [
                f"    x{i} = relu({before});",
                f"    x{i} = add({before}, {far});",
                f"    x{i} = max_pool({before}, size = [1, 1, 3, 3], padding = [(0, 0), (0, 0), (1, 1), (1, 1)], stride = [1, 1, 1, 1]);",
                f"    x{i} = mul({before}, 0.5);",
            ][i % 4]
        )
    return "\n".join([*lines, f"    y = copy(x{count - 1});", "}", ""])


def check(analysis: Analysis, marked: str, replacement: str, evaluated: list[str]) -> None:
    """Replace what stands between the two `|`; assert that the statements evaluated are these (by first name), and
    that everything equals a fresh analysis."""
    before, old, after = marked.split("|")
    text = analysis.source.text
    start = text.index(before + old + after) + len(before)
    analysis.memo.clear()  # so that every statement visited is evaluated, and none is answered from memory
    analysis.edit(start, start + len(old), replacement)
    assert [segment.defines[0] for segment in analysis.evaluated] == evaluated
    assert snapshot(analysis) == snapshot(Analysis(Source(analysis.source.text)))


@pytest.fixture
def thousand() -> Analysis:
    return Analysis(Source(chain(1_000)))


def test_an_edit_that_changes_no_fact_evaluates_one_statement(thousand: Analysis) -> None:
    check(thousand, "x500 = relu(x|499|);", "498", ["x500"])


def test_an_edit_of_a_shape_follows_the_users_of_the_name_only_while_facts_change() -> None:
    analysis = Analysis(
        Source("""version 1.0;
graph net( a ) -> ( y, z )
{
    a = external(shape = [1, 2]);
    b = tile(a, repeats = [1, 3]);
    c = relu(b);
    d = sum_reduce(c, axes = [1]);
    y = relu(d);
    z = relu(a);
}
""")
    )
    check(analysis, "repeats = [1, |3|]", "4", ["b", "c", "d"])


def test_renaming_a_tensor_evaluates_it_and_what_its_users_no_longer_know() -> None:
    analysis = Analysis(
        Source("""version 1.0;
graph net( a ) -> ( y, z )
{
    a = external(shape = [1, 2]);
    b = relu(a);
    c = relu(b);
    d = tile(c, repeats = [1, 2]);
    y = relu(a);
    z = relu(d);
}
""")
    )
    check(analysis, "    |b| = relu", "w", ["w", "c", "d", "z"])


def test_a_statement_more_is_the_only_one_evaluated(thousand: Analysis) -> None:
    check(thousand, "x500 = relu(x499);||", "\n    extra = relu(x3);", ["extra"])


def test_a_blank_or_a_comment_evaluates_at_most_its_statement(thousand: Analysis) -> None:
    check(thousand, "x500 = relu(|x499|);", " x499 ", ["x500"])


def test_defining_a_name_again_and_undoing_it(thousand: Analysis) -> None:
    fresh = snapshot(thousand)
    thousand.edit(*_span(thousand, "x300 = relu"), "x299 = relu")
    assert snapshot(thousand) == snapshot(Analysis(Source(thousand.source.text)))
    thousand.edit(*_span(thousand, "x299 = relu"), "x300 = relu")
    assert snapshot(thousand) == fresh


def _span(analysis: Analysis, text: str) -> tuple[int, int]:
    start = analysis.source.text.index(text)
    return start, start + len(text)


FRAGMENTS = """version 1.0;
extension KHR_enable_fragment_definitions, KHR_enable_operator_expressions;

fragment inner( x: tensor<scalar>, n: integer ) -> ( y: tensor<scalar> )
{
    y = tile(x, repeats = [1, n]);
}

fragment outer( x: tensor<scalar> ) -> ( y: tensor<scalar> )
{
    h = inner(x, n = 2);
    y = relu(h);
}

fragment other( x: tensor<scalar> ) -> ( y: tensor<scalar> )
{
    y = neg(x);
}

graph net( a ) -> ( d, e )
{
    a = external(shape = [1, 2]);
    b = outer(a);
    c = other(a);
    d = relu(b);
    e = relu(c);
}
"""


def test_an_edit_in_a_fragment_evaluates_what_comes_to_it_and_what_that_changes() -> None:
    check(Analysis(Source(FRAGMENTS)), "repeats = [1, |n|]", "2 * n", ["b", "d"])


def test_an_edit_in_a_fragment_that_changes_no_result_stops_at_its_invocations() -> None:
    check(Analysis(Source(FRAGMENTS)), "y = |neg|(x)", "exp", ["c"])


def test_a_mistake_in_a_fragment_and_its_repair() -> None:
    analysis = Analysis(Source(FRAGMENTS))
    check(analysis, "h = inner(|x|, n = 2)", "q", ["b", "d"])
    check(analysis, "h = inner(|q|, n = 2)", "x", ["b", "d"])


def test_statements_of_a_fragment_come_and_go() -> None:
    analysis = Analysis(Source(FRAGMENTS))
    check(analysis, "y = |neg(x)|;", "neg(t)", ["c", "e"])
    check(analysis, "{|\n    y| = neg(t)", "\n    t = exp(x);\n    y", ["c", "e"])


DOCUMENT = """version 1.0;
extension KHR_enable_fragment_definitions, KHR_enable_operator_expressions;

fragment block( x: tensor<scalar>, w: tensor<scalar>, n: integer = 1 ) -> ( y: tensor<scalar> )
{
    c = conv(x, w, stride = [n, n]);
    y = relu(c) + 1.0;
}

graph net( image ) -> ( out, extra )
{
    image = external(shape = [1, 3, 16, 16]);
    w1 = variable(shape = [8, 3, 3, 3], label = 'one');
    w2 = variable(shape = [8, 8, 3, 3], label = 'two');
    a = block(image, w1, n = 2);
    b = block(a, w2);
    [c, d] = split(b, axis = 1, ratios = [1, 1]);
    e = concat([c, d, -a], axis = 1);
    m, extra = moments(e, axes = [2, 3]);
    f = reshape(m, shape = [0, -1]);
    out = softmax(f);
}
"""
PIECES = [
    "", "", "x", "1", "0", "a", ", ", "(", ")", "[", "]", ";", "=", " ", "\n", "'", "#", "-", "relu(", "axes = [1]", "e", "b",
    "    q = copy(a);\n", "}", "block", "w1", "image",
]  # fmt: skip


@pytest.mark.parametrize("seed", range(20))
def test_random_edits_give_what_a_fresh_analysis_gives(seed: int) -> None:
    """20 x 100 edits: what stays of the text is often broken, and is mended by undoing."""
    rng = random.Random(seed)
    text = DOCUMENT if seed % 2 else chain(30)
    analysis = Analysis(Source(text))
    undo: list[tuple[int, int, str]] = []
    for step in range(100):
        if undo and rng.random() < 0.45:
            start, end, piece = undo.pop()
        else:
            start = rng.randrange(len(text) + 1)
            end = min(len(text), start + rng.choice([0, 0, 1, 1, 3, 30]))
            piece = rng.choice(PIECES)
            undo.append((start, start + len(piece), text[start:end]))
        text = text[:start] + piece + text[end:]
        analysis.edit(start, end, piece)
        assert analysis.source.text == text
        if step % 3 == 0 or step > 95:
            assert snapshot(analysis) == snapshot(Analysis(Source(text)))


@pytest.mark.parametrize("seed", range(10))
def test_random_edits_of_fragments_give_what_a_fresh_analysis_gives(seed: int) -> None:
    """Every statement of fragments and graph is mangled and mended in turn."""
    rng = random.Random(seed)
    analysis = Analysis(Source(FRAGMENTS))
    pieces = ["x", "n", "h", "y", "1", "relu(x)", "outer(x)", "inner(x, n = 1)", "other(h)", ";", "", " ", "(", "q"]
    for _ in range(60):
        text = analysis.source.text
        start = rng.randrange(FRAGMENTS.index("fragment inner"), len(text))
        end = min(len(text), start + rng.choice([0, 1, 1, 2, 8]))
        undone = text[start:end]
        piece = rng.choice(pieces)
        analysis.edit(start, end, piece)
        assert snapshot(analysis) == snapshot(Analysis(Source(analysis.source.text)))
        if rng.random() < 0.8:
            analysis.edit(start, start + len(piece), undone)
            assert snapshot(analysis) == snapshot(Analysis(Source(analysis.source.text)))


def edited(text: str, *edits: tuple[str, str]) -> None:
    """Replace what stands between the two `|` of each, one after the other; everything equals a fresh analysis."""
    analysis = Analysis(Source(text))
    for marked, replacement in edits:
        before, old, after = marked.split("|")
        start = analysis.source.text.index(before + old + after) + len(before)
        analysis.edit(start, start + len(old), replacement)
        fresh = Analysis(Source(analysis.source.text))
        assert snapshot(analysis) == snapshot(fresh)
        assert analysis.dialect is fresh.dialect


def test_statements_that_an_edit_elsewhere_puts_into_the_graph() -> None:
    # whether the braces close the graph depends on what stands between them and its broken head
    edited("graph;{}z=", ("graph;||{}", ");"), ("graph;|);|{}", "x;"), ("graph;|x;|{}", ""))
    edited("fragment f;{}z=g(z);", ("f;||{}", ");"), ("f;|);|{}", "x;"), ("f;|x;|{}", ""))


TWICE = """version 1.0;
graph g( x ) -> ( y )
{
    x = external(shape = [2, 3, 4]);
    x = external(shape = [2, 3);
    y = softmax(x, axes = [3]);
}
"""


def test_one_statement_in_place_of_two_definitions() -> None:
    edited(TWICE, ("4])|;|", "t"))


def test_an_array_as_a_value_is_tracts_dialect_wherever_it_is_typed() -> None:
    edited(
        TWICE,
        ("{||\n    x", "\n    k = [[1.0, 2.0]];"),
        ("k = |[|", ""),
        ("k = ||[1", "["),
        ("[[1.0, 2.0]]|;|", ""),
        ("|{|", ""),
    )


def test_which_of_many_names_get_a_suggestion_does_not_depend_on_edits() -> None:
    lines = [f"    z{i} = relu(alpha{i});" for i in range(30)]
    text = TWICE.replace("    y =", "\n".join(["    alphas = relu(x);", *lines]) + "\n    y =")
    edited(text, ("relu(|alpha3|)", "alpha"), ("relu(|alpha7|)", "alphaz"), ("[2, 3|)|", "])"))


def test_outcomes_are_forgotten_before_they_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Memo, "MOST", 40)
    analysis = Analysis(Source(chain(30)))
    for extent in range(9, 60):
        at = analysis.source.text.index("[1, 4, 8, ") + len("[1, 4, 8, ")
        analysis.edit(at, analysis.source.text.index("]", at), str(extent))
        assert 0 < sum(map(len, analysis.memo.by_form.values())) <= analysis.memo.most < 200
    assert snapshot(analysis) == snapshot(Analysis(Source(analysis.source.text)))
