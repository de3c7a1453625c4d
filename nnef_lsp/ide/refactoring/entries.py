"""graph.quant in the order of its graph.

Not here: the graph's own refactorings.
"""

from __future__ import annotations

from ...model.quantization.analysis import QuantAnalysis
from ...syntax.segments import Segment
from ...syntax.structure import place
from ..text.place import Edit, Place
from .offers import REWRITE, Refactoring


def sort_entries(quant: QuantAnalysis) -> Refactoring | None:
    """The entries in the order in which the graph defines their tensors, with the comments above them; entries of
    tensors that it does not have last."""
    entries = list(quant.entries())
    title = "Sort the entries in the order of the graph"
    if quant.graph is None or len(entries) < 2:
        return None
    definers = quant.graph.definers

    def order(entry: tuple[Segment, object]) -> tuple[int, ...]:
        known = definers.get(entry[1].key.value)  # type: ignore[attr-defined]
        return (0, *place(known[-1])) if known else (1,)

    wanted = sorted(entries, key=order)
    if [segment for segment, _ in wanted] == [segment for segment, _ in entries]:
        return None
    if any(segment.problems for segment in quant.source):
        return Refactoring(title, REWRITE, (), "an entry is not whole")
    keys = [tree.key.value for _, tree in entries]
    if len(set(keys)) < len(keys):
        return Refactoring(title, REWRITE, (), "a tensor has two entries, and only the order says which one holds")
    texts = [_moved(segment, first=segment is entries[0][0]) for segment, _ in wanted]
    edits = [
        Edit(Place(segment, _begin(segment) if segment is entries[0][0] else 0, len(segment.text)), text)
        for (segment, _), text in zip(entries, texts)
    ]
    edits[0] = Edit(edits[0].place, edits[0].text.lstrip("\n"))
    return Refactoring(title, REWRITE, tuple(edits))


def _begin(segment: Segment) -> int:
    """Where the first entry begins: what stands above it with a blank line between is about the file."""
    blank = segment.text.rfind("\n\n", 0, segment.blank_start)
    return blank + 2 if blank >= 0 else 0


def _moved(segment: Segment, first: bool) -> str:
    """An entry as it stands in its own line."""
    text = segment.text[_begin(segment) :] if first else segment.text
    return text if text.startswith("\n") else f"\n{text}"
