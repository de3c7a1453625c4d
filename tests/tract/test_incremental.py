"""After any edit the analysis of a document with symbols, loops and rebound names equals a fresh one."""

from __future__ import annotations

import random

import pytest

from nnef_lsp.model.analysis.analysis import Analysis
from nnef_lsp.rules import diagnose

from .helpers import analyse, document

FRAGMENT = "fragment step( a: tensor<scalar>, h: tensor<scalar> ) -> ( n: tensor<scalar> ) { n = a + h * 0.5; }"
TEXT = document(
    """
    x = external(shape = [S, 4]);
    k = tract_core_external(shape = [], datum_type = 'i64');
    n = tract_core_shape_of(x)[0];
    n = tract_core_shape_of(x)[0];
    p = pad(x, padding = [(0, 1), (0, 0)]);
    v, i = tract_core_topk(p, k, axis = 0, largest = true);
    w, j = tract_core_topk(x, k, axis = 1, largest = true);
    s = tract_core_scan(body = 'step', scan = [('a', x, 0, 1)], full = [], state = [('h', [[0.0, 0.0, 0.0, 0.0]], 'n')], output = [('n', 'full', 0, 1)]);
    t = tile(unsqueeze(s, axes = [0]), repeats = [2, n, 1]);
    s = relu(s);
    r = tract_core_range(0, n, 1);
    z = slice(s, axes = [0], begin = [1], end = [n]);
    y = z * r[0];
    """,
    "extension tract_symbol S;\nextension tract_assert S >= 2;",
    FRAGMENT,
)
WORDS = [
    "x",
    "s",
    "n",
    "S",
    "Q",
    "0",
    "1",
    "2",
    ";",
    ")",
    "[",
    "relu(x)",
    "'full'",
    "k",
    " ",
    "\n",
    "tract_core_shape_of(s)",
    "-inf",
]


def state(analysis: Analysis) -> tuple[object, ...]:
    facts = {name: repr(fact) for name, fact in analysis.tensors().items()}
    source = analysis.source
    found = sorted(
        (source.position_in(item.segment, item.start), item.rule, item.message) for item in diagnose(analysis)
    )
    return facts, found


@pytest.mark.parametrize("seed", range(6))
def test_edits_are_followed(seed: int) -> None:
    rng = random.Random(seed)
    text = TEXT
    analysis = analyse(text)
    for _ in range(60):
        if rng.random() < 0.3:
            text = TEXT
            analysis.edit(0, analysis.source.length, text)
        start = rng.randrange(text.index("graph"), len(text))
        end = min(len(text), start + rng.choice([0, 0, 1, 3, 12]))
        new = rng.choice(["", *WORDS])
        text = text[:start] + new + text[end:]
        analysis.edit(start, end, new)
        assert analysis.source.text == text
        assert state(analysis) == state(analyse(text)), (start, end, new, text)


def test_the_document_has_no_errors() -> None:
    assert [item.message for item in diagnose(analyse(TEXT)) if item.severity == "error"] == []


def edited(text: str, marked: str, new: str) -> list[str]:
    """The statements (by first name) that an edit evaluates; what stands between the two `|` is replaced."""
    before, old, after = marked.split("|")
    start = text.index(before + old + after) + len(before)
    analysis = analyse(text)
    analysis.memo.clear()  # so that none is answered from memory
    analysis.edit(start, start + len(old), new)
    assert state(analysis) == state(analyse(analysis.source.text))
    return [segment.defines[0] for segment in analysis.evaluated]


def test_an_edit_of_a_loop_body_evaluates_the_loops() -> None:
    body = """
    x = external(shape = [3, 4]);
    name = 'step';
    s = tract_core_scan(body = name, scan = [('a', x, 0, 1)], full = [], state = [('h', [[0.0, 0.0, 0.0, 0.0]], 'n')], output = [('n', 'full', 0, 1)]);
    y = relu(s);
    z = relu(x);
    """
    assert edited(document(body, "", FRAGMENT), "h * |0.5|", "0.25") == ["s"]


MINTING = """
    x = external(shape = [3, 4]);
    k = tract_core_external(shape = [], datum_type = 'i64');
    a, i = tract_core_topk(x, k, axis = 0, largest = true);
    r = relu(x);
    b, j = tract_core_topk(x, k, axis = 0, largest = true);
    c = tract_core_range(0, k, 1);
    y = relu(b);
    """


def test_a_symbol_more_renumbers_only_those_of_its_kind_below() -> None:
    more = "u, v = tract_core_topk(x, k, axis = 0, largest = true);"
    assert edited(document(MINTING), "r = relu(x);||", more) == ["u", "b", "y"]
    assert edited(document(MINTING), ";|\n    a, i = tract_core_topk(x, k, axis = 0, largest = true);|", "") == [
        "b",
        "y",
    ]


def test_whole_and_real_numbers_are_not_taken_for_each_other() -> None:
    tensors = analyse(
        document("x = external(shape = [1]);\na = 1;\nb = 1.0;\nc = copy(a);\nd = copy(b);\ny = x + c + d;")
    ).tensors()
    assert [tensors[name].dtype for name in "cd"] == ["tdim", "f32"]
