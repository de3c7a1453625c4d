"""From a fragment's calls to its statements: one call, or all of them, after which the fragment goes too.

Not here: inlining in a text (`model/flattening/inlining.py`), a name's expression in place of the name (`names.py`).
"""

from __future__ import annotations

from collections.abc import Iterator

from ...model.analysis.analysis import Analysis
from ...model.analysis.references import METADATA
from ...model.flattening.inlining import calls_inlined
from ...model.operations.declarations import Operation
from ...syntax import nodes as n
from ...syntax.segments import Segment
from ...syntax.structure import Body, beginning, place
from ..describe import plural
from ..names.strings import users
from ..text.bodies import body_of
from ..text.place import Edit, Place
from .offers import INLINE, Refactoring, Refused, Selected, callees_of, effects, invocation_at, line_above

_EFFECTS = "its body has an input of the graph, or changes a variable"


def inline_call(chosen: Selected) -> Refactoring | None:
    """The body of a fragment in place of its calls in one statement."""
    operation = _fragment_at(chosen)
    if operation is None:
        return None
    title = f"Inline this call of '{operation.name}'"
    if operation.name in effects(chosen.analysis):
        return Refactoring(title, INLINE, (), _EFFECTS)
    found = calls_inlined(chosen.analysis, operation, chosen.body, chosen.statements[:1])
    if found.stays:
        return Refactoring(title, INLINE, (), found.stays)
    try:
        return Refactoring(title, INLINE, tuple(_written(*item) for item in found.statements))
    except Refused as reason:
        return Refactoring(title, INLINE, (), str(reason))


def inline_all(chosen: Selected) -> Refactoring | None:
    """The body of a fragment in place of all its calls, and no fragment any more; asked at one of its calls."""
    operation = _fragment_at(chosen)
    return None if operation is None else all_inlined(chosen.analysis, operation)


def all_inlined(analysis: Analysis, operation: Operation) -> Refactoring | None:
    """The same of a fragment of the document."""
    callers = sorted({segment for segment in users(analysis, operation) if segment.form is not None}, key=place)
    if operation.name in METADATA or not operation.body or not callers:
        return None
    count = sum(_count(segment, operation.name) for segment in callers)
    title = f"Inline all {plural(count, 'call')} of '{operation.name}' and remove the fragment"
    if operation.name in effects(analysis):
        return Refactoring(title, INLINE, (), _EFFECTS)
    if any(operation.name in callees_of(segment) for segment in operation.body):
        return Refactoring(title, INLINE, (), "it invokes itself")
    try:
        return Refactoring(title, INLINE, tuple(_everywhere(analysis, operation, callers)))
    except Refused as reason:
        return Refactoring(title, INLINE, (), str(reason))


def _everywhere(analysis: Analysis, operation: Operation, callers: list[Segment]) -> Iterator[Edit]:
    bodies: dict[int, tuple[Body, list[Segment]]] = {}
    for segment in dict.fromkeys(callers):
        if operation.name not in callees_of(segment):
            raise Refused(f"another operation runs '{operation.name}' by its name")
        body = body_of(analysis, segment)
        if body is not None:
            bodies.setdefault(id(body), (body, []))[1].append(segment)
    given: set[str] = set()
    for body, statements in bodies.values():
        found = calls_inlined(analysis, operation, body, statements, given)
        if found.stays:
            raise Refused(found.stays)
        yield from (_written(*item) for item in found.statements)
    own = next((body for body in analysis.structure.fragments if body.head is operation.head), None)
    if own is None:
        raise Refused(f"'{operation.name}' is declared in another file")
    yield from without_body(analysis, own)


def without_body(analysis: Analysis, body: Body) -> Iterator[Edit]:
    """Take out a fragment with the comments that stand directly above it."""
    head = body.head
    start = beginning(head)
    yield Edit(Place(head, start, len(head.text)), "")
    yield from (Edit(Place(segment, 0, len(segment.text)), "") for segment in body.statements(analysis.source))
    if body.close is not None:
        yield Edit(Place(body.close, 0, len(body.close.text)), "")


def _fragment_at(chosen: Selected) -> Operation | None:
    call = invocation_at(chosen)
    if call is None and len(chosen.statements) == 1:
        tree = chosen.statements[0].tree()
        call = tree.value if isinstance(tree, n.Assignment) and isinstance(tree.value, n.Invocation) else None
    operation = chosen.analysis.operations.get(call.callee.name) if call is not None else None
    return operation if operation is not None and operation.is_fragment and operation.body else None


def _count(segment: Segment, name: str) -> int:
    tree = segment.tree()
    return sum(isinstance(node, n.Invocation) and node.callee.name == name for node in tree.walk()) if tree else 0


def _written(statement: Segment, lines: list[str]) -> Edit:
    """The lines in place of the statement; comments above it stay."""
    at, indent = line_above(statement)
    if "#" in statement.text[at:]:
        raise Refused("there is a comment within the statement")
    return Edit(Place(statement, at, len(statement.text)), f"\n{indent}".join(lines))
