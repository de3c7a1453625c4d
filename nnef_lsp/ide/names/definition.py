"""Where a name is defined: in the document, in a file of the model, or in the declarations of the standard operations."""

from __future__ import annotations

from dataclasses import dataclass

from ...model.analysis.analysis import Analysis
from ...model.checks.names import name_span
from ...model.operations.declarations import Operation
from ...model.operations.dialects import data_files, declaration_file
from ...project.json_places import place_of
from ...project.model_files import files_of, resource_file
from ...syntax.segments import Segment
from ...syntax.source import Position, Source
from ..text import tokens as w
from ..text.bodies import fragment_of
from ..text.place import Place
from . import symbols as s
from .links import linked_file
from .mentions import occurrences, symbol_at


@dataclass(frozen=True, slots=True)
class Declared:
    """A place in the read-only file of declarations of a dialect: the file, and the position in code points."""

    file: str
    line: int
    column: int
    length: int


@dataclass(frozen=True, slots=True)
class InModel:
    """A place in another file of the model: characters `start` to `end` of its text, none of a file that is not text."""

    file: str
    text: str = ""
    start: int = 0
    end: int = 0


Target = Place | Declared | InModel


@dataclass(frozen=True, slots=True)
class Definition:
    """`origin` is the name that was looked at; `target` where it comes from."""

    origin: Place
    target: Target


def definition(analysis: Analysis, offset: int) -> list[Definition]:
    """The definitions of what stands at an offset."""
    symbol = symbol_at(analysis, offset)
    if symbol is None:
        return []
    return [Definition(symbol.place, target) for target in _targets(analysis, symbol)]


def _targets(analysis: Analysis, symbol: s.Symbol) -> list[Target]:
    if symbol.kind in s.FILES:
        file = linked_file(analysis, symbol.kind, symbol.name)
        return [] if file is None else [InModel(file)]
    if symbol.kind == s.RESOURCE_KEY:
        return list(_value_of_key(analysis, symbol))
    if symbol.kind == s.OPERATION:
        return [] if symbol.owner is None else [declaration_of(symbol.owner, None)]
    if symbol.kind == s.PARAMETER:
        return [] if symbol.owner is None else [declaration_of(symbol.owner, symbol.name)]
    if symbol.kind == s.TENSOR:
        return [] if symbol.body is None else list(_of_tensor(analysis, symbol))
    if symbol.kind == s.REGISTRY:
        name = analysis.dialect.registry_aliases.get(symbol.name, symbol.name)
        return [Declared(str(data_files(".nnef")[name]), 0, 0, 0)] if name in analysis.dialect.registries else []
    if symbol.kind == s.SYMBOLIC and symbol.name in analysis.declared.places:
        return [Place(*analysis.declared.places[symbol.name])]
    return [item.place for item in occurrences(analysis, symbol)[:1]]


def _value_of_key(analysis: Analysis, symbol: s.Symbol) -> list[InModel]:
    """Where the value of a key stands in its JSON file."""
    files = files_of(analysis.weights)
    file = resource_file(symbol.within)
    text = files.text(file) if files is not None else None
    span = place_of(text, symbol.name) if text is not None else None
    return [] if text is None or span is None else [InModel(file, text, *span)]


def _of_tensor(analysis: Analysis, symbol: s.Symbol) -> list[Place]:
    fragment = fragment_of(analysis, symbol.body)
    if fragment is not None and symbol.role == w.TEXT:
        node = next((result.node for result in fragment.operation.results if result.name == symbol.name), None)
        return [] if node is None else [Place(fragment.body.head, node.name.start, node.name.end)]
    segment = fragment.definers.get(symbol.name) if fragment is not None else _definer(analysis, symbol)
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
    return Declared(str(declaration_file(operation.registry)), at.line, at.column, node.end - node.start)


_files: dict[str, Source] = {}


def _position_in_file(operation: Operation, offset: int) -> Position:
    """The position of an offset in the head of a standard operation: its file is read when somebody first asks."""
    source = _files.get(operation.registry)
    if source is None:
        path = declaration_file(operation.registry)
        source = _files[operation.registry] = Source(path.read_text(encoding="utf-8"))
    for segment in source.landmarks():
        if segment.text == operation.head.text:
            return source.position_in(segment, offset)
    return Position(0, 0)
