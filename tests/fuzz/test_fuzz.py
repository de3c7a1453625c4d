"""A little of the fuzzing with every test run; `python -m tests.fuzz.run` does the long ones."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnef_lsp.conformance.adapters import find_adapter
from nnef_lsp.conformance.verdict import judge

from ..model import test_shapes_differential as shapes
from .generate import document
from .khronos import Khronos
from .mistakes import errors, mistaken, verdict
from .mutate import mutated
from .run import EXPLAINED, difference, ours
from .values import model


@pytest.fixture(scope="module")
def khronos() -> Iterator[Khronos]:
    pytest.importorskip("nnef")
    found = Khronos()
    yield found
    found.close()


@settings(max_examples=150, deadline=None)
@given(random=st.randoms(use_true_random=False), twice=st.booleans())
def test_no_document_makes_the_analysis_raise(random: Random, twice: bool) -> None:
    text = mutated(random, document(random))
    ours(mutated(random, text) if twice else text)


def test_verdicts_agree_with_khronos_or_are_explained(khronos: Khronos) -> None:
    random = Random(0)
    for _ in range(300):
        text = document(random)
        text = mutated(random, text) if random.random() < 0.5 else text
        found = difference(text, khronos.ask(text), *ours(text))
        assert found is None or EXPLAINED.fullmatch(": ".join(found)), text


def test_values_are_those_of_the_definitions() -> None:
    adapter = find_adapter("numpy")
    for generator, names in shapes.GENERATORS:
        for operation in names.split():
            random = Random(f"values {generator.__name__} {operation}")
            for number in range(3):
                found = model(random, generator(random, operation), f"random-{number}")
                if found is not None:
                    with tempfile.TemporaryDirectory() as folder:
                        verdict = judge(found, adapter, folder)
                    assert verdict.ok, f"{verdict.detail}\n{found.text}"


@pytest.mark.parametrize("seed", range(3))
def test_a_mistake_is_told_where_it_was_made(khronos: Khronos, seed: int) -> None:
    random = Random(seed)
    refused = told = extra = 0
    while refused < 100:
        mistake = mistaken(random, NETWORK)
        theirs = khronos.ask(mistake.text) if mistake is not None else {}
        if mistake is None or mistake.kind == "swap statements" or "error" not in theirs:
            continue
        found = errors(mistake.text)
        refused += 1
        told += verdict(mistake, theirs, found) is None
        extra += len(found) - 1
    assert told >= 98 and extra <= 15


NETWORK = """version 1.0;
extension KHR_enable_fragment_definitions, KHR_enable_operator_expressions;

fragment block( x: tensor<scalar>, w: tensor<scalar>, stride: integer[] = [1, 1] ) -> ( y: tensor<scalar> )
{
    z = conv(x, w, 0.0, stride = stride, padding = [(1, 1), (1, 1)]);
    y = relu(z);
}

graph network( image ) -> ( classes, largest )
{
    image = external<scalar>(shape = [1, 3, 16, 16]);
    w1 = variable<scalar>(shape = [8, 3, 3, 3], label = 'block1/weights');
    w2 = variable<scalar>(shape = [8, 8, 3, 3], label = 'block2/weights');
    b1 = block(image, w1, stride = [2, 2]);
    b2 = block(b1, w2);
    pooled, index = max_pool_with_index(b2, size = [1, 1, 2, 2], stride = [1, 1, 2, 2], border = 'ignore');
    [left, right] = split(pooled, axis = 1, ratios = [1, 1]);
    both = concat([left, right], axis = 1);
    flat = reshape(both, shape = [1, -1]);
    dense = variable<scalar>(shape = [10, 128], label = 'dense/weights');
    scores = linear(flat, dense, 0.5);
    classes = softmax(scores, axes = [1]);
    largest = argmax_reduce(classes, axes = [1]);
}
"""
