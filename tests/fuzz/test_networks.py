"""A slice of the comparison of random networks with Khronos' tools."""

from __future__ import annotations

from importlib.util import find_spec
from random import Random

import pytest

from .khronos import Khronos
from .networks import EXPLAINED, differences, network

pytest.importorskip("nnef")
MODELS = 60


def test_networks_are_read_and_computed_as_by_khronos_tools() -> None:
    with_values = find_spec("nnef_tools") is not None and find_spec("torch") is not None
    khronos = Khronos()
    try:
        for number in range(MODELS):
            made = network(Random(f"slice {number}"))
            found = [kind for kind, _ in differences(made, khronos, with_values) if not EXPLAINED.match(kind)]
            assert not found, f"{found}\n{made.text}"
    finally:
        khronos.close()


def test_a_difference_would_be_seen() -> None:
    made = network(Random("slice 0"))
    khronos = Khronos()
    try:
        name = next(iter(made.makers))
        wrong = made._replace(text=made.text.replace(f"{name} = ", f"{name} = nothing_known(", 1))
        assert differences(wrong, khronos, False)
    finally:
        khronos.close()
