"""A graph as its statements, each with the one invocation that it is: what passes look at, and how they edit it.

A statement that a pass may touch defines one name, once, by one invocation that nothing is nested in; all others are left
as they are.  Facts come from the flat graph, so expressions and defaults are evaluated; edits are of the text.

Not here: the passes (`passes/`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ..archive.blobs import Blob
from ..archive.names import label_file
from ..ide.refactoring.offers import EFFECTS, fresh_name, identifiers, line_above, spelled, without_statement
from ..ide.text.place import Edit, Place
from ..model.analysis.analysis import Analysis
from ..model.flattening.flat_graph import FlatGraph, Invocation, TensorName
from ..model.operations.statement_form import facts_of
from ..model.values.tensor import Tensor
from ..project.opening import Document
from ..syntax import nodes as n
from ..syntax.segments import Segment
from .change import Change, changed, flat, quant_without, without_data


@dataclass(frozen=True)
class Statement:
    """`name = operation(...)`: its place, its tree, and the invocation that it is in the flat graph."""

    segment: Segment
    name: str
    tree: n.Invocation
    invocation: Invocation

    @property
    def operation(self) -> str:
        """What it invokes."""
        return self.invocation.operation


class Graph:
    """The graph of a document, for one round of a pass."""

    def __init__(self, document: Document) -> None:
        self.document, self.analysis = document, document.analysis
        self.flat: FlatGraph = flat(document)
        self.quantized = set(self.analysis.weights.quantized())
        made = {
            output.name: invocation
            for invocation in self.flat.invocations
            for output in invocation.outputs[:1]
            if not isinstance(output, list)
        }
        self.statements: dict[str, Statement] = {}
        for segment in self.analysis.statements():
            tree = segment.tree()
            if (
                len(segment.defines) != 1
                or not isinstance(tree, n.Assignment)
                or not isinstance(tree.value, n.Invocation)
            ):
                continue
            name, invocation = segment.defines[0], made.get(segment.defines[0])
            if invocation is None or not isinstance(tree.target, n.Identifier) or not self.is_single(name):
                continue
            if (
                invocation.operation == tree.value.callee.name
                and not invocation.site.callers
                and self.is_plain(segment)
            ):
                self.statements[name] = Statement(segment, name, tree.value, invocation)
        self._given: list[str] = []

    def is_plain(self, segment: Segment) -> bool:
        """Whether a statement is one invocation without others in it, names of its own, or effects."""
        facts = facts_of(segment.form) if segment.form is not None else None
        return facts is not None and len(facts.callees) == 1 and not facts.bound and not facts.callees & EFFECTS

    def is_single(self, name: str) -> bool:
        """Whether a name is defined once."""
        return len(self.analysis.definers.get(name, ())) == 1

    def readers(self, name: str) -> list[Segment]:
        """The statements that read a name."""
        return list(self.analysis.users.get(name, ()))

    def is_read_once(self, name: str, reader: Statement) -> bool:
        """Whether nothing but one statement, which reads it once, needs a tensor."""
        uses = [node for node in identifiers(reader.tree) if node.name == name]
        return self.readers(name) == [reader.segment] and len(uses) == 1 and not self.analysis.is_output(name)

    def maker(self, item: object) -> Statement | None:
        """The statement of a tensor that is an input of an invocation."""
        return self.statements.get(item.name) if isinstance(item, TensorName) else None

    def fact(self, name: str) -> Tensor | None:
        """What is known of a tensor."""
        return self.flat.tensors.get(name)

    def shape(self, name: str) -> tuple[int, ...] | None:
        """The extents of a tensor, if all are known numbers."""
        fact = self.fact(name)
        if fact is None or fact.shape is None or not all(isinstance(extent, int) for extent in fact.shape):
            return None
        return tuple(extent for extent in fact.shape if isinstance(extent, int))

    def is_protected(self, name: str) -> bool:
        """Whether a tensor must keep its name: an output, or one that graph.quant speaks of."""
        return self.analysis.is_output(name) or name in self.quantized

    def fresh(self, wanted: str) -> str:
        """A name that nothing has."""
        name = fresh_name(self.analysis, wanted, self._given)
        self._given.append(name)
        return name

    def fresh_label(self, wanted: str) -> str:
        """A label that no data file has."""
        label, number = wanted, 1
        taken = {other.lower().lstrip("/") for other in self.analysis.labels} | {other.lower() for other in self._given}
        while label.lower() in taken or self.document.model.store.find(label_file(label)) is not None:
            number += 1
            label = f"{wanted}_{number}"
        self._given.append(label)
        return label

    # -- edits -------------------------------------------------------------------------------------------------------

    def argument(self, statement: Statement, name: str) -> n.Argument | None:
        """The argument for a parameter, if it is written."""
        operation = self.analysis.operations[statement.operation]
        order = [parameter.name for parameter in operation.parameters]
        for index, argument in enumerate(statement.tree.arguments):
            if (argument.name.name if argument.name is not None else order[index]) == name:
                return argument
        return None

    def with_argument(self, statement: Statement, name: str, text: str, behind: str) -> Edit:
        """Give a parameter another value, or one at all behind that of `behind`."""
        written = self.argument(statement, name)
        if written is not None:
            return Edit(Place(statement.segment, written.value.start, written.value.end), text)
        previous = self.argument(statement, behind)
        at = previous.end if previous is not None else statement.tree.closing
        return Edit(Place(statement.segment, at, at), f", {name} = {text}")

    def renamed_uses(self, old: str, new: str) -> list[Edit]:
        """Let everything that reads one name read another."""
        return [
            Edit(Place(segment, node.start, node.end), spelled(new))
            for segment in self.readers(old)
            if isinstance(tree := segment.tree(), n.Assignment)
            for node in identifiers(tree.value)
            if node.name == old
        ]

    def can_be_renamed(self, old: str) -> bool:
        """Whether all that reads a name is found by its statements."""
        return not self.is_protected(old) and all(
            isinstance(segment.tree(), n.Assignment) and segment.form is not None and not facts_of(segment.form).bound
            for segment in self.readers(old)
        )

    def renamed_target(self, statement: Statement, name: str) -> Edit:
        """Let a statement define another name."""
        tree = statement.segment.tree()
        assert isinstance(tree, n.Assignment)
        return Edit(Place(statement.segment, tree.target.start, tree.target.end), spelled(name))

    def above(self, statement: Statement, line: str) -> Edit:
        """A new line above a statement."""
        at, indent = line_above(statement.segment)
        return Edit(Place(statement.segment, at, at), f"{line}\n{indent}")

    def without(self, segment: Segment) -> Edit:
        """Take out a statement with its line."""
        return without_statement(segment)

    def change(
        self, edits: Iterable[Edit], told: Sequence[str], files: Mapping[str, Blob | None] | None = None
    ) -> Change:
        """The change that edits make, with the data files that nothing names then left out, and entries of graph.quant
        for tensors that are gone."""
        text = edited(self.analysis, edits)
        trial = changed(self.document, text, files)
        gone = set(self.analysis.tensors()) - set(trial.new.analysis.tensors())
        every = {**without_data(self.flat, flat(trial.new)), **(files or {})}
        return changed(self.document, text, every, quant_without(self.document, gone), tuple(told))


def edited(analysis: Analysis, edits: Iterable[Edit]) -> str:
    """The text after edits; what is said behind a statement that is taken out, on its line, goes with it."""
    text = analysis.source.text
    found: list[tuple[int, int, int, str]] = []
    for edit in edits:
        start = analysis.source.start_of(edit.place.segment) + edit.place.start
        end = start + edit.place.end - edit.place.start
        comment = _COMMENT.match(text, end) if not edit.text and text[start:end].endswith(";") else None
        found.append((start, comment.end() if comment is not None else end, len(found), edit.text))
    pieces, at = [], 0
    for start, end, _, new in sorted(found):
        pieces += [text[at : max(at, start)], new]
        at = max(at, end)  # a comment behind a statement belongs to the next segment, which may be taken out as well
    return "".join([*pieces, text[at:]])


_COMMENT = re.compile(r"[ \t]*#[^\n]*")
_LAST = re.compile(r"[^/]*$")


def beside(label: str, name: str) -> str:
    """A label in the same folder as another: `conv1/filter` -> `conv1/bias`, `filter` -> `filter_bias`."""
    label = label.lstrip("/")
    return _LAST.sub(name, label, count=1) if "/" in label else f"{label}_{name}"
