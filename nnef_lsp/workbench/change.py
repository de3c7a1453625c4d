"""What a change is: a model, the model that it would be, and sentences on what was done.  Nothing is written yet.

The new model is an overlay over the old one: its graph is the old text after edits, its data files are those of the old
model, or are made piece by piece when somebody reads them.  So changes can follow each other, and be run, with nothing of
the weights in memory.

Not here: the changes (`changes/`), writing (`writing.py`), the proof (`proof.py`).
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from ..archive.blobs import Blob, BytesBlob
from ..archive.containers.overlay import overlaid
from ..archive.names import GRAPH, QUANT, label_file
from ..model.analysis.analysis import Analysis
from ..model.extents.dims import product
from ..model.flattening.flat_graph import FlatGraph
from ..model.flattening.flatten import Unflattenable, flatten
from ..project.model_files import ModelWeights
from ..project.opening import Document
from ..syntax import nodes as n
from ..syntax.source import Source
from .errors import ChangeError

BUNDLE = "io.npz"


@dataclass(frozen=True)
class Change:
    """`old` as it is, `new` as it would be; `told` says what was done, a sentence each.

    `files` are those that differ, by their names in the model: None for one that is left out.
    """

    old: Document
    new: Document
    told: tuple[str, ...] = ()
    files: Mapping[str, Blob | None] = field(default_factory=dict)

    def then(self, other: Change) -> Change:
        """This change and one of its result."""
        return Change(self.old, other.new, (*self.told, *other.told), {**self.files, **other.files})

    def saying(self, *sentences: str) -> Change:
        """The same with more to tell."""
        return replace(self, told=(*self.told, *sentences))


def changed(
    old: Document,
    text: str,
    files: Mapping[str, Blob | None] | None = None,
    quant: str | None = None,
    told: tuple[str, ...] = (),
) -> Change:
    """The change to another text of the graph, other data files by name, and another text of graph.quant (None: as it is;
    an empty one: without).  Raises ChangeError if the graph then has errors that it did not have."""
    differing: dict[str, Blob | None] = dict(files or {})
    differing[old.model.graph_name] = BytesBlob(old.model.graph_name, text.encode("utf-8"))
    if quant is not None:
        name = quant_file(old)
        differing[name] = BytesBlob(name, quant.encode("utf-8")) if quant else None
    model = overlaid(old.model, differing)
    analysis = old.analysis
    new = Document(
        old.path,
        model,
        Analysis(
            Source(text), analysis.dialect, ModelWeights(model), symbols=analysis.values_of_symbols,
            libraries=analysis.libraries, custom=analysis.custom,
        ),
    )  # fmt: skip
    if new.errors and not old.errors:
        raise ChangeError(f"the graph would have an error then: {new.errors[0]}")
    return Change(old, new, told, differing)


def quant_file(document: Document) -> str:
    """The name of the quantization file that belongs to a graph."""
    graph = document.model.graph_name
    return QUANT if graph == GRAPH else os.path.splitext(graph)[0] + ".quant"


def flat(document: Document) -> FlatGraph:
    """The flat graph; raises ChangeError."""
    try:
        return flatten(document.analysis)
    except Unflattenable as error:
        raise ChangeError(f"{document.graph_path} cannot be expanded: {error}") from error


def variables(graph: FlatGraph) -> dict[str, str]:
    """The label of each variable of a flat graph by the name of its tensor."""
    return {
        output.name: str(invocation.attributes["label"]).lstrip("/")
        for invocation in graph.invocations
        if invocation.operation == "variable"
        for output in invocation.outputs
        if not isinstance(output, list)
    }


def without_data(before: FlatGraph, after: FlatGraph) -> dict[str, Blob | None]:
    """The data files that only variables of the one graph name, left out."""
    gone = set(variables(before).values()) - set(variables(after).values())
    return {label_file(label): None for label in sorted(gone)}


def parameters(graph: FlatGraph) -> int:
    """Numbers that a graph has stored, each label once."""
    counts: dict[str, int] = {}
    for name, label in variables(graph).items():
        size = product(graph.tensors[name].shape or ())
        counts[label] = size if isinstance(size, int) else 0
    return sum(counts.values())


def quant_without(document: Document, names: set[str]) -> str | None:
    """The text of graph.quant without the entries of some tensors; None if it has none of these."""
    text = document.model.quant_text()
    if text is None:
        return None
    source = Source(text, "quant")
    gone = [
        segment for segment in source if isinstance(tree := segment.tree(), n.Quantization) and tree.key.value in names
    ]
    for segment in reversed(gone):
        start = source.start_of(segment)
        text = text[:start] + text[start + len(segment.text) :]
    return text.lstrip("\n") if gone else None
