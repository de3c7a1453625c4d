"""Who invokes whom: fragments, the graph, and the operations of the standard.

Not here: mentions of an operation (`mentions.py`), which this groups by the body they are in.
"""

from __future__ import annotations

from dataclasses import dataclass

from ...model.analysis.analysis import Analysis
from ...model.operations.declarations import Operation
from ...syntax.segments import GRAPH
from ...syntax.structure import Body
from ..text import tokens as w
from ..text.bodies import body_of, fragment_of
from ..text.place import Place
from . import symbols as s
from .definition import Declared, declaration_of
from .mentions import occurrences, symbol_at

MOST = 2000
"""Places of calls that are told."""


@dataclass(frozen=True, slots=True)
class Caller:
    """A fragment, the graph or an operation: its name and where that is declared."""

    name: str
    place: Place | Declared
    is_graph: bool = False


@dataclass(frozen=True, slots=True)
class Calls:
    """The other side, and where in the caller it is invoked."""

    other: Caller
    places: tuple[Place, ...]


def caller_at(analysis: Analysis, offset: int) -> Caller | None:
    """What is invoked, or declared, at an offset; elsewhere in a body what that is the body of."""
    symbol = symbol_at(analysis, offset)
    if symbol is not None and symbol.kind == s.OPERATION and symbol.owner is not None:
        return _of_operation(symbol.owner)
    segment = analysis.source.segment_at(offset)
    body = body_of(analysis, segment) if segment is not None else None
    return None if body is None else _of_body(analysis, body)


def incoming(analysis: Analysis, caller: Caller) -> list[Calls]:
    """The fragments that invoke an operation, and the graph, each once."""
    operation = None if caller.is_graph else analysis.operations.get(caller.name)
    if operation is None:
        return []
    symbol = s.Symbol(s.OPERATION, operation.name, Place(operation.head, 0, 0), owner=operation)
    found: dict[int, tuple[Body, list[Place]]] = {}
    for item in occurrences(analysis, symbol)[:MOST]:
        body = body_of(analysis, item.place.segment) if item.role == s.READ else None
        if body is not None:
            found.setdefault(id(body), (body, []))[1].append(item.place)
    bodies = [(_of_body(analysis, body), places) for body, places in found.values()]
    return [Calls(other, tuple(places)) for other, places in bodies if other is not None]


def outgoing(analysis: Analysis, caller: Caller) -> list[Calls]:
    """The operations that a fragment or the graph invokes, each once, in the order of the text."""
    body = analysis.structure.graph
    if not caller.is_graph:
        facts = analysis.fragments.get(caller.name)
        body = facts.body if facts is not None else None
    found: dict[str, list[Place]] = {}
    count = 0
    for statement in body.statements(analysis.source) if body is not None else ():
        for word in w.words_of(statement):
            if word.role == w.CALLEE and count < MOST:
                count += 1
                found.setdefault(word.name, []).append(Place(statement, word.start, word.end))
    known = {name: analysis.operations.get(name) for name in found}
    return [
        Calls(_of_operation(operation), tuple(found[name]))
        for name, operation in known.items()
        if operation is not None
    ]


def _of_operation(operation: Operation) -> Caller:
    return Caller(operation.name, declaration_of(operation, None))


def _of_body(analysis: Analysis, body: Body) -> Caller | None:
    if body.head.kind != GRAPH:
        facts = fragment_of(analysis, body)
        return None if facts is None else _of_operation(facts.operation)
    head = analysis.graph_head
    if head is None or body is not analysis.structure.graph:
        return None
    return Caller(head.name.name, Place(body.head, head.name.start, head.name.end), is_graph=True)
