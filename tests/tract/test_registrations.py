"""Our declarations against tract's own, where its sdist is at hand (see `registrations.py`)."""

from __future__ import annotations

import os

import pytest

from .registrations import differences

SDIST = os.environ.get("NNEF_LSP_TRACT_SDIST", "")


@pytest.mark.skipif(not os.path.isfile(SDIST), reason="NNEF_LSP_TRACT_SDIST names no sdist of tract")
def test_every_operation_is_declared_as_tract_registers_it() -> None:
    assert differences(SDIST) == []
