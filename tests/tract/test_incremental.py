"""After any edit the analysis of a document with symbols, loops and rebound names equals a fresh one."""

from __future__ import annotations

import random

import pytest

from nnef_lsp.model.analysis import Analysis
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
WORDS = ["x", "s", "n", "S", "Q", "0", "1", "2", ";", ")", "[", "relu(x)", "'full'", "k", " ", "\n", "tract_core_shape_of(s)", "-inf"]


def state(analysis: Analysis) -> tuple[object, ...]:
    facts = {name: repr(fact) for name, fact in analysis.tensors().items()}
    source = analysis.source
    found = sorted((source.position_in(item.segment, item.start), item.rule, item.message) for item in diagnose(analysis))
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
