"""Every refactoring, wherever it is offered, leaves facts and values of the results as they were: in the examples, in
random networks of all standard operations, and one after another."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from random import Random

import pytest

from nnef_lsp.ide.refactoring.offers import Refactoring
from nnef_lsp.model.analysis.analysis import Analysis
from nnef_lsp.syntax.source import Source

from ..fuzz.networks import network
from ..fuzz.quantized import real_weights
from ..fuzz.test_fuzz import NETWORK
from .refactored import Data, Judge, everywhere

EXAMPLES = sorted((Path(__file__).parents[2] / "examples").rglob("graph.nnef"))
BLOCKS = """version 1.0;
extension KHR_enable_operator_expressions, KHR_enable_fragment_definitions;

# doubles
fragment twice( a: tensor<scalar>, by: scalar = 2.0 ) -> ( b: tensor<scalar>, c: tensor<scalar> )
{
    # by a factor
    b = a * by;
    c = relu(neg(b)); # and its negative
}

fragment once( a: tensor<scalar> ) -> ( b: tensor<scalar> )
{
    b, c = twice(a);
}

graph g( x ) -> ( y, z )
{
    x = external(shape = [1, 4, 6, 6]);
    w1 = variable(shape = [4, 4, 3, 3], label = 'w1');
    b1 = variable(shape = [1, 4], label = 'b1');
    c1 = conv(x, w1, b1);
    r1 = relu(c1);
    p1 = sigmoid(r1);
    w2 = variable(shape = [4, 4, 3, 3], label = 'w2');
    b2 = variable(shape = [1, 4], label = 'b2');
    c2 = conv(p1, w2, b2);
    r2 = relu(c2);
    p2 = sigmoid(r2);
    dead = variable(shape = [3], label = 'dead');
    more = add(dead, dead);
    d, e = twice(p2, by = 0.5 + 1.0);
    f = once(tanh(max(once(d), e)));
    y = select(f > 0.0, f, x) if 1 < 2 else x;
    z = add(add(mul(p1, 2.0), p2), 1.0);
}
"""


def kind(found: Refactoring) -> str:
    return " ".join(found.title.split("'")[0].split()[:4]).rstrip("0123456789 ")


def check_everything(text: str, data: Data | None = None, longest: int = 3) -> Counter[str]:
    """How many of each kind were applied."""
    analysis = Analysis(Source(text))
    judge = Judge(analysis, data)
    done: Counter[str] = Counter()
    for found in everywhere(analysis, longest).values():
        if not found.refused:
            judge.check(found)
            done[kind(found)] += 1
        else:
            assert (not found.edits and found.refused[0].islower()) or found.refused[0] == "'", found
    return done


def test_in_a_network_of_blocks_and_fragments() -> None:
    done = check_everything(BLOCKS, longest=8)
    assert len(done) >= 15, done


def test_in_the_network_of_the_fuzzers() -> None:
    assert len(check_everything(NETWORK)) >= 8


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.parent.name)
def test_in_the_examples(path: Path) -> None:
    assert check_everything(path.read_text(encoding="utf-8"))


def test_in_random_networks() -> None:
    done: Counter[str] = Counter()
    for seed in range(25):
        made = network(Random(f"refactoring {seed}"))
        done += check_everything(made.text, Data(made.inputs, real_weights(made)))
    assert len(done) >= 6, done


def test_one_after_another() -> None:
    """What one makes the next takes: fragments are extracted and inlined, chains joined and split."""
    done: Counter[str] = Counter()
    for seed in range(12):
        random = Random(seed)
        made = network(random)
        text, data = random.choice([(BLOCKS, Data()), (made.text, Data(made.inputs, real_weights(made)))])
        analysis = Analysis(Source(text))
        for _ in range(5):
            possible = sorted((kind(item), key, item) for key, item in everywhere(analysis, random.randint(2, 6)).items()
                              if not item.refused)  # fmt: skip
            if not possible:
                break
            chosen = random.choice(sorted({name for name, _, _ in possible}))
            _, _, found = random.choice([item for item in possible if item[0] == chosen])
            analysis = Judge(analysis, data).check(found)
            done[chosen] += 1
    assert len(done) >= 8, done
