"""How much evaluation a statement may take before it is given up as endless.

Not here: how much a whole document may take (`analysis/statement.py`).
"""

from __future__ import annotations

MAX_STEPS = 200_000
"""Statements and items evaluated for one statement of the graph before it is given up as endless."""


class TooMuch(Exception):
    """Evaluation takes more steps than any network needs; the argument is a fragment that invokes itself for ever."""


class Budget:
    """Steps left for one statement, shared by all that it expands to."""

    __slots__ = ("left", "steps")

    def __init__(self, steps: int = MAX_STEPS) -> None:
        self.steps = self.left = steps

    def spend(self, steps: int = 1) -> None:
        """Take steps; raises `TooMuch` when there are none left."""
        self.left -= steps
        if self.left < 0:
            raise TooMuch
