"""Fragments expanded at a call: the body evaluated with the arguments at hand.

Not here: the check of a fragment by itself (`checks/fragments.py`).
"""

from __future__ import annotations

from typing import Any

from ...syntax import nodes as n
from ...syntax.segments import Segment
from ..findings import MILD, OF_ARGUMENTS, Details, Finding, Related
from ..operations.declarations import Operation
from ..values.keys import key_of
from ..values.tensor import ANY as ANY_TENSOR
from ..values.values import Value
from .budget import TooMuch
from .callees import Callees
from .evaluation import Evaluation

MAX_REMEMBERED = 2000
"""Expansions of one fragment that are remembered."""
MAX_CALLS = 200
"""How deep fragments may call each other."""


def remembered(
    evaluator: Evaluation,
    operation: Operation,
    arguments: dict[str, Value],
    generic: str | None,
    wanted: int | None,
    node: n.Node,
) -> Value:
    """Infer through a fragment: evaluate its body with the arguments at hand.

    What came out is remembered with the fragment, or two invocations of a fragment that invokes another twice, and
    so on, would be evaluated over and over.
    """
    key = key_of((generic, wanted, list(arguments.values())))
    known = operation.expansions.get(key) if key is not None else None
    if isinstance(known, TooMuch):
        raise TooMuch(*known.args)
    if known is not None:
        found: Value
        found, callees = known
        evaluator.callees.include(callees)
        return found
    before, outer = len(evaluator.findings), evaluator.callees
    evaluator.callees = Callees()
    try:
        found = evaluator.expansion(operation, arguments, generic, wanted, node)
    except TooMuch as reason:
        if key is not None and reason.args and not evaluator.depth:
            operation.expansions[key] = TooMuch(*reason.args)  # another one: this one keeps all frames alive
        raise
    finally:
        evaluator.callees, inner = outer, evaluator.callees
        outer.include(inner)
    if key is not None and len(evaluator.findings) == before and len(operation.expansions) < MAX_REMEMBERED:
        # a dialect's symbols are counted as they come, and its variables may have the type of their data file
        if not evaluator.dialect.symbols:
            operation.expansions[key] = (found, inner)
    return found


def expansion(
    evaluator: Evaluation,
    operation: Operation,
    arguments: dict[str, Value],
    generic: str | None,
    wanted: int | None,
    node: n.Node,
) -> Value:
    """The results of a fragment's body."""
    names: dict[str, Value] = dict(arguments)
    inner = evaluator.inside_of(operation, names, generic)
    for segment in operation.body:
        statement = tree_of(segment)
        if not isinstance(statement, n.Assignment):
            return evaluator.unknown_results(operation, generic)
        names.update(inner.assignment(statement))
        if any(finding.rule not in MILD for finding in inner.findings):
            _inner_findings(evaluator, operation, segment, next(f for f in inner.findings if f.rule not in MILD), node)
            return evaluator.unknown_results(operation, generic)
        for finding in [finding for finding in inner.findings if finding.rule in OF_ARGUMENTS]:
            inner.findings.remove(finding)
            _inner_findings(evaluator, operation, segment, finding, node)
    evaluator.callees.include(inner.callees)
    results = tuple(evaluator.returned(names.get(result.name, ANY_TENSOR), result) for result in operation.results)
    return results if len(results) != 1 else results[0]


def _inner_findings(
    evaluator: Evaluation, operation: Operation, segment: Segment, finding: Finding, node: n.Node
) -> None:
    """A finding inside an expanded fragment is shown at the call, with the place inside as the other place."""
    if operation.faulty or finding.rule == "unknown-operation":
        return  # the fragment itself says so
    place = getattr(node, "callee", node)
    related = [*finding.related, Related(segment, finding.start, finding.end, f"in fragment '{operation.name}'")]
    details: Details = {**finding.details, "fragment": operation.name}
    if operation.registry:
        related, details = [], finding.details
    evaluator.findings.append(Finding(finding.rule, place.start, place.end, details, related))


def tree_of(segment: Segment) -> Any:
    """The tree of a fragment's statement, kept because a body is evaluated again for every call."""
    if segment.parsed is None:
        segment.parsed = segment.tree()
    return segment.parsed
