"""What no input decides about is computed once and stored."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...archive.blobs import Blob
from ...archive.names import label_file
from ...archive.tensors.made import MadeTensor
from ...ide.refactoring.offers import spelled
from ...ide.text.place import Edit, Place
from ...model.flattening.flat_graph import tensor_names
from ...model.operations.statement_form import reads
from ...project.opening import Document
from ...runtime.planning.costs import tensor_bytes
from ..change import Change
from ..constants import constant_names, values_of
from ..errors import ChangeError
from ..statements import Graph, Statement
from ..words import listed

if TYPE_CHECKING:
    from ...archive.arrays import Array

NAME = "constants"
GROWTH, SMALL = 4, 1 << 16
"""A result may take this many times the bytes that it is made of, or this many bytes: what a `tile` makes is not stored."""
_TYPES = {"f": "scalar", "i": "integer", "b": "logical"}


def apply(document: Document) -> Change | None:
    """Replace what is computed from variables alone, where something else reads it, by a variable."""
    graph = Graph(document)
    constant = constant_names(graph.flat)
    wanted = [
        statement
        for name, statement in graph.statements.items()
        if name in constant and tensor_names(statement.invocation.inputs) and _is_last(graph, name, constant)
    ]
    wanted = [statement for statement in wanted if _is_worth_it(graph, statement)]
    edits: list[Edit] = []
    files: dict[str, Blob | None] = {}
    stored: list[str] = []
    for statement in wanted:
        try:
            array = values_of(graph.flat, document.model, [statement.name])[statement.name]
        except ChangeError:
            continue  # it is computed as before
        kind = _TYPES.get(array.dtype.kind)
        if kind is None or not array.ndim or array.shape != graph.shape(statement.name):
            continue
        label = graph.fresh_label(statement.name)
        text = f"variable<{kind}>(shape = {list(array.shape)}, label = '{label}')"
        edits.append(Edit(Place(statement.segment, statement.tree.start, statement.tree.end), text))
        files[label_file(label)] = _file(graph, document, label, statement.name, array)
        stored.append(spelled(statement.name))
    return graph.change(edits, [f"computed once and stored: {listed(stored)}"], files) if edits else None


def _file(graph: Graph, document: Document, label: str, name: str, array: Array) -> MadeTensor:
    """The data file of a result, computed again when it is written if it is large."""

    def small() -> Iterator[Array]:
        yield array

    def large() -> Iterator[Array]:
        yield values_of(flat, model, [name])[name]

    flat, model = graph.flat, document.model
    item_type = "bool" if array.dtype.kind == "b" else str(array.dtype.name)
    return MadeTensor(label, array.shape, item_type, small if array.nbytes <= SMALL else large)


def _is_last(graph: Graph, name: str, constant: set[str]) -> bool:
    """Whether something that is not constant needs it."""
    made = {id(segment) for other in constant if (found := graph.analysis.definers.get(other)) for segment in found}
    readers = graph.readers(name)
    return graph.analysis.is_output(name) or any(id(segment) not in made for segment in readers)


def _is_worth_it(graph: Graph, statement: Statement) -> bool:
    size = tensor_bytes(graph.fact(statement.name))
    if size is None or statement.name in graph.quantized:
        return False
    given = sum(tensor_bytes(graph.fact(name)) or 0 for name in set(reads(statement.segment)))
    return size <= max(SMALL, GROWTH * given)
