"""What the names inside a fragment are where the graph calls it: one instance for each way in which it is called.

Not here: the check of a fragment by itself (`model/checks/fragments.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ...model.analysis.analysis import Analysis
from ...model.evaluation.budget import Budget, TooMuch
from ...model.evaluation.evaluator import Evaluator
from ...model.operations.declarations import MISSING, Operation
from ...model.values.values import Value
from ...syntax import nodes as n
from ...syntax.segments import Segment
from ...syntax.structure import place
from ..names.strings import users
from ..text.bodies import body_of, fragment_of

MOST_CALLS = 60
"""Statements of the graph that are followed into the fragment: enough to see what it is used for."""


@dataclass(frozen=True)
class Instance:
    """The names inside for one call: `segment` is the statement of the graph, `path` the fragments called on the way."""

    segment: Segment
    path: tuple[str, ...]
    names: dict[str, Value]


class _Recorder(Evaluator):
    """An evaluator that keeps the names of every expansion of one fragment."""

    wanted: Operation
    path: tuple[str, ...] = ()
    found: list[tuple[tuple[str, ...], dict[str, Value]]]

    def inside_of(self, operation: Operation, names: dict[str, Value], generic: str | None) -> Evaluator:
        inner = _Recorder(
            lambda name: names.get(name, MISSING),
            self.operations,
            self.dialect,
            budget=self.budget,
            depth=self.depth + 1,
            generic=generic,
            inside=operation,
        )
        inner.wanted, inner.found, inner.path = self.wanted, self.found, (*self.path, operation.name)
        if operation is self.wanted:
            self.found.append((inner.path, names))
        return inner


def instances(analysis: Analysis, operation: Operation) -> list[Instance]:
    """The instances of a fragment, in the order of the graph."""
    found: list[Instance] = []
    for segment in _entries(analysis, operation)[:MOST_CALLS]:
        tree = segment.tree()
        if not isinstance(tree, n.Assignment):
            continue
        recorder = _Recorder(_lookup(analysis, segment), analysis.operations, analysis.dialect, budget=Budget(20_000))
        recorder.wanted, recorder.found = operation, []
        try:
            recorder.assignment(tree)
        except (TooMuch, RecursionError):
            pass
        found.extend(Instance(segment, path, names) for path, names in recorder.found)
    return found


def _lookup(analysis: Analysis, segment: Segment) -> Any:
    return lambda name: analysis.value_at(name, segment)


def _entries(analysis: Analysis, operation: Operation) -> list[Segment]:
    """Statements of the graph that run the fragment, or one that runs it."""
    seen, pending = {operation.name}, [operation]
    found: set[Segment] = set()
    while pending:
        for segment in users(analysis, pending.pop()):
            if segment in analysis.outcomes:
                found.add(segment)
                continue
            facts = fragment_of(analysis, body_of(analysis, segment))
            if facts is not None and facts.operation.name not in seen:
                seen.add(facts.operation.name)
                pending.append(facts.operation)
    return sorted(found, key=place)
