"""What a refactoring is, and all that are offered at a selection.

Each leaves the facts and the values of the graph's results as they are; where that cannot be, it is refused with a
sentence.  None is offered for a document whose graph has errors: nobody knows what that computes.

Not here: mending what is wrong (`code_actions.py`), renaming (`names/rename.py`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import NamedTuple

from ...model.analysis.analysis import Analysis
from ...syntax import nodes as n
from ...syntax.segments import STATEMENT, Segment
from ...syntax.structure import Body, following
from ..text.bodies import body_of
from ..text.place import Edit, Place

EXTRACT, INLINE, REWRITE = "refactor.extract", "refactor.inline", "refactor.rewrite"
_WORD = re.compile(r"\w+")


class Refused(Exception):
    """Why a refactoring would change what the graph means: one sentence."""


@dataclass(frozen=True, slots=True)
class Refactoring:
    """A change with its title and its kind in the protocol; `refused` is the sentence why it cannot be made."""

    title: str
    kind: str
    edits: tuple[Edit, ...]
    refused: str = ""


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


def fresh_name(analysis: Analysis, wanted: str) -> str:
    """A name that nothing in the document has."""
    taken = {word for segment in analysis.source if wanted in segment.text for word in _WORD.findall(segment.text)}
    if wanted not in taken and wanted not in analysis.operations:
        return wanted
    number = 2
    while f"{wanted}_{number}" in taken or f"{wanted}_{number}" in analysis.operations:
        number += 1
    return f"{wanted}_{number}"


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
