"""What a refactoring is, and all that are offered at a selection.

Each leaves the facts and the values of the graph's results as they are; where that cannot be, it is refused with a
sentence.  None is offered for a document whose graph has errors: nobody knows what that computes.

Not here: mending what is wrong (`code_actions.py`), renaming (`names/rename.py`).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import NamedTuple

from ...model.analysis.analysis import Analysis
from ...model.operations.declarations import Operation
from ...model.operations.dialects import DIALECTS
from ...model.operations.statement_form import facts_of
from ...syntax import nodes as n
from ...syntax.segments import STATEMENT, Segment
from ...syntax.structure import Body, following
from ..names.origins import SOURCES
from ..names.strings import quoted
from ..text.bodies import body_of
from ..text.place import Edit, Place

EXTRACT, INLINE, REWRITE = "refactor.extract", "refactor.inline", "refactor.rewrite"
EFFECTS = frozenset().union(*(dialect.effects for dialect in DIALECTS.values()))
"""Operations that change what a later run computes."""
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
_WORD, _NO_WORD = re.compile(r"\w+"), re.compile(r"\W+")


class Refused(Exception):
    """Why a refactoring would change what the graph means: one sentence."""


@dataclass(frozen=True, slots=True)
class Refactoring:
    """A change with its title and its kind in the protocol; `refused` is the sentence why it cannot be made."""

    title: str
    kind: str
    edits: tuple[Edit, ...]
    refused: str = ""
    deletes: tuple[str, ...] = ()
    """Files of the model that nothing names any more: gone only if a person agrees."""
    creates: str = ""
    """The text of a new graph beside this one, which stays as it is."""


class Selected(NamedTuple):
    """The statements of one body that a selection touches, and the selection, relative to the first of them."""

    analysis: Analysis
    body: Body
    statements: list[Segment]
    start: int
    end: int

    @property
    def in_graph(self) -> bool:
        """Whether the body is the graph's."""
        return self.body is self.analysis.structure.graph


def selected(analysis: Analysis, start: int, end: int) -> Selected | None:
    """What a selection touches; None outside of bodies and where a statement does not parse."""
    source = analysis.source
    first = source.segment_at(max(0, start - 1) if start == end else start)
    body = body_of(analysis, first) if first is not None else None
    if first is None or body is None or not body.has_statements:
        return None
    found: list[Segment] = []
    begin = source.start_of(first)
    base = begin
    for segment in chain([first], following(source, first)):
        code, stop = begin + segment.blank_start, begin + len(segment.text)
        if code > end or segment is body.close:
            break
        if segment.kind == STATEMENT and (code < end and start < stop if end > start else code <= start <= stop):
            base = base if found else begin
            found.append(segment)
        begin = stop
    if not found or any(statement.problems for statement in found):
        return None
    return Selected(analysis, body, found, start - base, end - base)


def fresh_name(analysis: Analysis, wanted: str, given: Collection[str] = ()) -> str:
    """A name that nothing in the document has, and that is none of those `given` away already."""
    wanted = _NO_WORD.sub("_", wanted)
    if wanted.startswith(analysis.dialect.literal_prefixes) or wanted[:1].isdigit():
        wanted = f"_{wanted}"
    taken = {word for segment in analysis.source if wanted in segment.text for word in _WORD.findall(segment.text)}
    taken.update(given)
    if wanted not in taken and wanted not in analysis.operations:
        return wanted
    number = 2
    while f"{wanted}_{number}" in taken or f"{wanted}_{number}" in analysis.operations:
        number += 1
    return f"{wanted}_{number}"


def spelled(name: str) -> str:
    """A name as a document writes it: in quotes if a dialect lets it hold more than letters, digits and `_`."""
    return name if _NAME.fullmatch(name) else f'i"{quoted(name)}"'


def invocation_at(chosen: Selected) -> n.Invocation | None:
    """The innermost invocation around the beginning of the selection, if that is within one statement."""
    tree = chosen.statements[0].tree()
    if len(chosen.statements) > 1 or not isinstance(tree, n.Assignment):
        return None
    around = [node for node in tree.value.walk() if isinstance(node, n.Invocation)]
    return next((node for node in reversed(around) if node.start <= chosen.start <= node.end), None)


def target_at(chosen: Selected) -> n.Identifier | None:
    """The name on the left of a statement that the selection begins at."""
    tree = chosen.statements[0].tree()
    targets = identifiers(tree.target) if isinstance(tree, n.Assignment) and len(chosen.statements) == 1 else ()
    return next((node for node in targets if node.start <= chosen.start <= node.end), None)


def top_of(analysis: Analysis, statement: Segment) -> Operation | None:
    """The operation that a statement's value is the result of."""
    return analysis.operations.get(facts_of(statement.form).top) if statement.form is not None else None


def callees_of(statement: Segment) -> set[str]:
    """The operations that a statement invokes."""
    return facts_of(statement.form).callees if statement.form is not None else set()


def effects(analysis: Analysis) -> set[str]:
    """Operations that do more than giving a result: those that change what a later run computes, those that bring in an
    input, and fragments that invoke one."""
    found = {*EFFECTS, *(name for name, item in analysis.operations.items() if item.traits.kind == "input")}
    callees = {
        facts.operation.name: set().union(*map(callees_of, facts.operation.body)) for facts in analysis.fragment_list
    }
    while more := {name for name, below in callees.items() if name not in found and not below.isdisjoint(found)}:
        found |= more
    return found


def is_source(analysis: Analysis, statement: Segment) -> bool:
    """Whether a statement brings in an input or a variable."""
    operation = top_of(analysis, statement)
    return operation is not None and operation.traits.kind in SOURCES


def identifiers(node: n.Node) -> Iterator[n.Identifier]:
    """The names that an expression reads, without callees and names of arguments."""
    pending: list[n.Node] = [node]
    while pending:
        node = pending.pop()
        if isinstance(node, n.Identifier):
            yield node
        elif isinstance(node, n.Invocation):
            pending.extend(argument.value for argument in reversed(node.arguments))
        else:
            pending.extend(reversed(list(node.children())))


def line_above(segment: Segment) -> tuple[int, str]:
    """Where a line above a statement can be put in, behind the comments before it, and the indentation there."""
    start = segment.blank_start
    newline = segment.text.rfind("\n", 0, start)
    indent = segment.text[newline + 1 : start]
    return start, indent if not indent.strip() else ""


def without_statement(segment: Segment) -> Edit:
    """Take out a statement with its line; comments above it stay."""
    start = segment.blank_start
    newline = segment.text.rfind("\n", 0, start)
    return Edit(Place(segment, newline if newline >= 0 else start, len(segment.text)), "")
