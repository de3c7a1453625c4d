"""How many threads the BLAS behind numpy uses.

One by default: with another busy process OpenBLAS on all cores became up to 20 times slower here (its threads spin), and
products of small matrices do not gain from more.  Two threads gain about 1.5 times on an idle machine.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any


@lru_cache(maxsize=1)
def _controller() -> Any:
    from threadpoolctl import ThreadpoolController  # type: ignore[import-untyped, unused-ignore]

    return ThreadpoolController()  # finds the loaded libraries, which takes milliseconds: once


@contextmanager
def blas_threads(count: int) -> Iterator[None]:
    """Inside, BLAS uses `count` threads; 0 leaves the number as it is."""
    if count < 1:
        yield
        return
    with _controller().limit(limits=count, user_api="blas"):
        yield
