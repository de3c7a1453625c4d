"""How much evaluation a statement, and a whole document, may take before it is given up as endless."""

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


FREE_STEPS = 500
"""Steps of evaluation that every statement may take, whatever the others took."""


class Allowance:
    """Steps of evaluation for all statements of a document: what grows with the text, so that no text takes for ever."""

    def __init__(self, length: int) -> None:
        self.renew(length)

    def renew(self, length: int) -> None:
        """Begin anew, with the steps for a text of so many characters."""
        self.left = MAX_STEPS + 3 * length

    def budget(self) -> Budget:
        """Steps for one statement."""
        return Budget(max(FREE_STEPS, min(MAX_STEPS, self.left)))

    def spent(self, budget: Budget) -> None:
        """Take off what a statement has spent."""
        self.left -= max(0, budget.steps - budget.left - FREE_STEPS)
