"""What a name or a string of a document may mean, and in which body it means that.

A symbol is a tensor of a body (the graph's or a fragment's), an operation, a parameter of an operation, an extension, a
registry, a symbolic extent, an iterator of a comprehension, or something beside the graph: the label of stored data, a
resource, a key in it, another model.

Not here: which symbol stands at a place, and all places where one is mentioned (`mentions.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ...model.analysis.analysis import Analysis
from ...syntax.segments import Segment
from ...syntax.structure import Body
from ..text import tokens as w
from ..text.place import Place

if TYPE_CHECKING:
    from ...model.operations.declarations import Operation

TENSOR, OPERATION, PARAMETER, LABEL, EXTENSION, ITERATOR, GRAPH_NAME = (
    "tensor",
    "operation",
    "parameter",
    "label",
    "extension",
    "iterator",
    "graph",
)
REGISTRY, SYMBOLIC, RESOURCE, RESOURCE_KEY, SUBMODEL = "registry", "symbolic", "resource", "resource-key", "submodel"
FILES = (LABEL, RESOURCE, SUBMODEL)
"""Kinds of symbols that are files of the model."""
READ, WRITE, DECLARATION = "read", "write", "declaration"


@dataclass(frozen=True)
class Symbol:
    """`body` is where a tensor lives, `owner` the operation of a parameter, `within` the resource of a key; `place` is
    the mention that was looked at (of a string without its quotes), the word `words[word]`."""

    kind: str
    name: str
    place: Place
    body: Body | None = None
    owner: Operation | None = None
    word: int = -1
    words: tuple[w.Word, ...] = ()
    within: str = ""

    @property
    def role(self) -> str:
        """What the mention is for in its statement."""
        return self.words[self.word].role if self.word >= 0 else w.OTHER

    def means(self, other: Symbol) -> bool:
        """Whether two mentions mean the same."""
        if (self.kind, self.name, self.within) != (other.kind, other.name, other.within):
            return False
        if self.kind == PARAMETER:
            return self.owner is other.owner
        if self.kind == TENSOR and self.body is not None and other.body is not None:
            return self.body.head is other.body.head
        return True


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A mention of a symbol."""

    place: Place
    role: str


def callers(analysis: Analysis, name: str) -> list[Segment]:
    """All statements that invoke an operation, broken ones too."""
    found = list(analysis.callers.get(name, ()))
    found += [segment for segment in analysis.troubled if segment.form is None and name in segment.loose]
    inside, broken = analysis.callers_in_fragments
    found += inside.get(name, ())
    found += [segment for segment in broken if name in segment.text]
    return found
