"""The check that long kernels make between tiles, so that a cancelled run stops within a tile.

A run installs its own check in its context; outside of a run nothing happens.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar

_check: ContextVar[Callable[[], bool] | None] = ContextVar("cancelled", default=None)


class Cancelled(Exception):
    """The run was cancelled."""


def check() -> None:
    """Raise `Cancelled` if whoever started the run wants it to stop."""
    cancelled = _check.get()
    if cancelled is not None and cancelled():
        raise Cancelled


class cancellable:
    """`with cancellable(function):` makes `check` ask the function."""

    def __init__(self, cancelled: Callable[[], bool] | None) -> None:
        self.cancelled = cancelled

    def __enter__(self) -> None:
        self.token = _check.set(self.cancelled)

    def __exit__(self, *error: object) -> None:
        _check.reset(self.token)
