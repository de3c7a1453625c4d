"""Where a name is defined: in the document, in a data file, or in the declarations of the standard operations."""

from __future__ import annotations

from dataclasses import dataclass

from ..model.analysis import Analysis
from ..model.document import name_span
from ..model.operators import DIALECTS, Operation
from ..syntax.segments import Segment
from ..syntax.source import Position, Source
from . import symbols as s
from .place import Place


@dataclass(frozen=True, slots=True)
class Declared:
    """A place in the read-only file of declarations of a dialect: the file, and the position in code points."""

    file: str
    line: int
    column: int
    length: int


@dataclass(frozen=True, slots=True)
class Stored:
    """The data file of a label."""

    label: str


@dataclass(frozen=True, slots=True)
class Definition:
    """`origin` is the name that was looked at; `target` where it comes from."""

    origin: Place
    target: Place | Declared | Stored


def definition(analysis: Analysis, offset: int) -> list[Definition]:
    """The definitions of what stands at an offset."""
    symbol = s.symbol_at(analysis, offset)
    if symbol is None:
        return []
    return [Definition(symbol.place, target) for target in _targets(analysis, symbol)]


def _targets(analysis: Analysis, symbol: s.Symbol) -> list[Place | Declared | Stored]:
    if symbol.kind == s.LABEL:
        return [Stored(symbol.name)]
    if symbol.kind == s.OPERATION:
        return [] if symbol.owner is None else [declaration_of(symbol.owner, None)]
    if symbol.kind == s.PARAMETER:
        return [] if symbol.owner is None else [declaration_of(symbol.owner, symbol.name)]
    if symbol.kind == s.TENSOR:
        return [] if symbol.body is None else list(_of_tensor(analysis, symbol))
    first = s.occurrences(analysis, symbol)[:1]
    return [item.place for item in first]


def _of_tensor(analysis: Analysis, symbol: s.Symbol) -> list[Place]:
    fragment = s.fragment_of(analysis, symbol.body)
    if fragment is not None:
        segment = fragment.definers.get(symbol.name)
    else:
        segment = _definer(analysis, symbol)
    if segment is None:
        return []
    return [Place(segment, *name_span(segment, symbol.name))]


def _definer(analysis: Analysis, symbol: s.Symbol) -> Segment | None:
    """The statement that gives a name of the graph its value where it is looked at."""
    here = symbol.place.segment
    if symbol.name in here.defines:
        return here
    known = analysis.definers.get(symbol.name)
    if not known:
        return None
    return analysis.definer_before(symbol.name, here) or known[-1]


def declaration_of(operation: Operation, parameter: str | None) -> Place | Declared:
    """Where an operation or one of its parameters is declared."""
    node = operation.node.name
    if parameter is not None:
        known = operation.by_name.get(parameter)
        if known is not None and known.node is not None:
            node = known.node.name
    if operation.is_fragment:
        return Place(operation.head, node.start, node.end)
    at = _position_in_file(operation, node.start)
    return Declared(str(DIALECTS / f"{operation.registry}.nnef"), at.line, at.column, node.end - node.start)


_files: dict[str, Source] = {}


def _position_in_file(operation: Operation, offset: int) -> Position:
    """The position of an offset in the head of a standard operation: its file is read when somebody first asks."""
    source = _files.get(operation.registry)
    if source is None:
        path = DIALECTS / f"{operation.registry}.nnef"
        source = _files[operation.registry] = Source(path.read_text(encoding="utf-8"))
    for segment in source.landmarks():
        if segment.text == operation.head.text:
            return source.position_in(segment, offset)
    return Position(0, 0)
