"""A little of the comparison with tract in every test run; `python -m tests.tract.differential.run` does the long ones."""

from __future__ import annotations

from random import Random

import pytest

from . import families_tract  # noqa: F401  registers its own
from .compare import differences
from .explained import explained
from .families import FAMILIES, model
from .oracle import Tract


def test_verdicts_and_facts_are_those_of_tract() -> None:
    pytest.importorskip("tract")
    tract = Tract()
    try:
        for index, operation in enumerate(2 * sorted(FAMILIES)):
            case = model(Random(f"ci {index}"), operation)
            for found in differences(case, tract, numbers=False):
                line = f"{found.kind}: {found.about}: {found.what}"
                assert explained(line, case.text), f"{line}\n{case.text}"
    finally:
        tract.close()
