"""Shape rules that a project gives to operations which are declared without a body, and which nobody else knows.

Two kinds.  An `Expression` is NNEF: what the specification allows for attributes, in which a tensor's name stands for its
shape and an attribute's for its value, so it can be evaluated here, whoever wrote it:

    shuffle = "input"
    grid_sample = "[input[0], input[1], grid[1], grid[2]]"
    split_two = "([input[0], sizes[0]], [input[0], sizes[1]])"      # a tuple for several results

All else is asked of whoever implements `Python` (the rules of a file of Python, which run in another process).

Not here: evaluation (`evaluation/custom_shapes.py`), where rules stand in files (`project/custom_operations.py`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from ...syntax import nodes as n
from ...syntax.parsing import segment
from ...syntax.segments import STATEMENT

LONGEST = 2000
"""Characters of a rule; they come with a workspace, which may be a stranger's."""


@dataclass(frozen=True, slots=True)
class Expression:
    """A rule: its text, what it means, and where it stands ("pyproject.toml:12")."""

    text: str
    node: n.Node
    place: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a rule says: `shapes` (one for each result; for an array of tensors a list of them), or a sentence.

    `refused`: the arguments break what the operation asks.  `failed`: the rule itself is at fault, so the shapes are not
    known.  None of them: it is not known yet, or nobody has a rule.
    """

    shapes: Sequence[Any] | None = None
    refused: str = ""
    failed: str = ""


NOTHING = Answer()


class Python(Protocol):
    """Rules that are functions of Python, somewhere else."""

    def answer(self, operation: str, shapes: Sequence[Any], attributes: Mapping[str, Any]) -> Answer:
        """What the rule of an operation says, from the shapes of its tensors and its attributes, in declared order."""
        ...

    def place(self, operation: str) -> str | None:
        """The file that has a rule for the operation; None if there is none, or it is not known yet."""
        ...


@dataclass(frozen=True)
class CustomShapes:
    """All rules of a project.  `withheld` says why those in Python are not asked, if there are any that are not."""

    expressions: Mapping[str, Expression] = field(default_factory=dict)
    python: Python | None = None
    withheld: str = ""

    def place(self, operation: str) -> str | None:
        """Where the rule of an operation stands."""
        expression = self.expressions.get(operation)
        if expression is not None:
            return expression.place
        return self.python.place(operation) if self.python is not None else None


NO_CUSTOM_SHAPES = CustomShapes()


def expression_of(text: str, place: str = "") -> Expression | str:
    """The rule that a text is, or what is wrong with it."""
    if len(text) > LONGEST:
        return f"it is longer than {LONGEST} characters"
    head = "shape = "
    found = segment(f"{head}{text};")
    if len(found) != 1 or found[0].kind != STATEMENT or found[0].problems:
        reason = next((problem.message for part in found for problem in part.problems), "")
        return "it is not an expression" + (f": {reason}" if reason else "")
    tree = found[0].tree()
    if not isinstance(tree, n.Assignment):
        return "it is not an expression"
    if any(isinstance(part, n.Invocation) for part in tree.value.walk()):
        return "it invokes an operation, which computes tensors: the name of a tensor already is its shape here"
    return Expression(text, tree.value, place)
