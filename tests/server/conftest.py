"""A running server for each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from .talk import Client


@pytest.fixture
def client() -> Iterator[Client]:
    """A server that a test talks to; killed if it does not end by itself."""
    found = Client()
    yield found
    if found.process.poll() is None:
        found.process.kill()
    found.process.wait(10)
