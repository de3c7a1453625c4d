"""Each kind of fault once or twice; `python -m tests.trust.faults` is the long form."""

from __future__ import annotations

import sys

import pytest

from .faults import FAULTS, suffered

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="limits, devices and /proc of Linux")


@pytest.mark.parametrize("seed", [3, 4])
@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_ends_as_it_should(name: str, seed: int) -> None:
    assert suffered(name, seed)
