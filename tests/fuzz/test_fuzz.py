"""A little of the fuzzing with every test run; `python -m tests.fuzz.run` does the long ones."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from .generate import document
from .khronos import Khronos
from .mutate import mutated
from .run import EXPLAINED, difference, ours


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
