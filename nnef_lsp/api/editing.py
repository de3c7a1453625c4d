"""Statements of a graph replaced, added and removed from Python; everything else of the text stays as it is.

    edit = model.edit()
    edit.replace("y", "y = softmax(h);")
    edit.insert_after("h", "r = relu(h);")
    changed = edit.model()

Not here: changes that are more than text (`workbench/`).
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from ..archive import ArchiveError
from ..archive.blobs import Blob, BytesBlob
from ..archive.names import label_file
from ..project.opening import Document
from ..syntax import nodes as n
from ..syntax.segments import Segment
from .diagnostic import ModelError

if TYPE_CHECKING:
    from ..workbench.change import Change

Made = TypeVar("Made")
INDENT = "    "


class Editing(Generic[Made]):
    """A text under change; each method returns this, so that calls can follow each other.  Raises `ModelError`."""

    def __init__(self, document: Document, made: Callable[[Change], Made]) -> None:
        self._document, self._made = document, made
        self._analysis = document.with_text(document.analysis.source.text).analysis
        self._files: dict[str, Blob | None] = {}

    @property
    def text(self) -> str:
        """The text as it is by now."""
        return self._analysis.source.text

    def replace(self, name: str, statements: str) -> Editing[Made]:
        """Put statements in the place of the one that defines a tensor; comments before it stay."""
        segment = self._definer(name)
        start = self._analysis.source.start_of(segment)
        self._analysis.edit(start + segment.blank_start, start + len(segment.text), _lines(statements).lstrip())
        return self

    def remove(self, name: str) -> Editing[Made]:
        """Take the statement that defines a tensor away, with the comments before it."""
        segment = self._definer(name)
        start = self._analysis.source.start_of(segment)
        self._analysis.edit(start, start + len(segment.text), "")
        return self

    def insert_before(self, name: str, statements: str) -> Editing[Made]:
        """Put statements before the one that defines a tensor, and before the comments that belong to it."""
        self._analysis.edit(*2 * (self._analysis.source.start_of(self._definer(name)),), f"\n{_lines(statements)}")
        return self

    def insert_after(self, name: str, statements: str) -> Editing[Made]:
        """Put statements behind the one that defines a tensor."""
        segment = self._definer(name)
        end = self._analysis.source.start_of(segment) + len(segment.text)
        self._analysis.edit(end, end, f"\n{_lines(statements)}")
        return self

    def append(self, statements: str) -> Editing[Made]:
        """Put statements behind all others."""
        graph = self._analysis.structure.graph
        if graph is None or graph.close is None:
            raise ModelError("there is no graph whose end is known, so nothing can be put there")
        start = self._analysis.source.start_of(graph.close)
        before = self._analysis.source.text[:start].rstrip()
        self._analysis.edit(len(before), start, f"\n{_lines(statements)}")
        return self

    def outputs(self, *names: str) -> Editing[Made]:
        """Make these tensors the outputs of the graph."""
        return self._heads("results", names)

    def inputs(self, *names: str) -> Editing[Made]:
        """Make these tensors the inputs of the graph; each needs an `external` statement."""
        return self._heads("parameters", names)

    def weight(self, label: str, array: Any) -> Editing[Made]:
        """Store an array under a label, in the type that it has."""
        from ..archive.tensors.dat import encode_tensor

        try:
            name = label_file(label)
            self._files[name] = BytesBlob(name, encode_tensor(array))
        except ArchiveError as error:
            raise ModelError(str(error).rstrip(".")) from error
        return self

    def model(self) -> Made:
        """The model that is made of it; raises `ModelError` if it has errors that it did not have before."""
        from ..workbench.change import changed
        from ..workbench.errors import ChangeError

        try:
            return self._made(changed(self._document, self.text, self._files))
        except ChangeError as error:
            raise ModelError(str(error)) from error

    def _definer(self, name: str) -> Segment:
        found = self._analysis.definers.get(name)
        if not found:
            from difflib import get_close_matches

            near = get_close_matches(name, [known for known, those in self._analysis.definers.items() if those], 1)
            raise ModelError(f"the graph has no tensor '{name}'" + (f"; did you mean '{near[0]}'?" if near else ""))
        return found[-1]

    def _heads(self, part: str, names: Sequence[str]) -> Editing[Made]:
        graph, head = self._analysis.structure.graph, self._analysis.graph_head
        if graph is None or head is None:
            raise ModelError("there is no graph whose inputs and outputs could be changed")
        items: list[n.Identifier] = getattr(head, part)
        if not items:
            raise ModelError(f"the graph has no {'outputs' if part == 'results' else 'inputs'} that could be changed")
        start = self._analysis.source.start_of(graph.head)
        self._analysis.edit(start + items[0].start, start + items[-1].end, ", ".join(names))
        return self


def _lines(statements: str) -> str:
    """Statements as they stand in a graph: indented, without blank lines around."""
    return textwrap.indent(textwrap.dedent(statements).strip(), INDENT)
