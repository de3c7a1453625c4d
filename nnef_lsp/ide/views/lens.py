"""What stands above graphs and fragments: how large, how much work, how often used."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ...model.analysis.references import METADATA
from ...model.operations.statement_form import facts_of, labels_of
from ...syntax.nodes import FragmentHead
from ..describe import volume
from ..names.strings import users
from ..text.blocks import Kept, Piece
from ..text.place import Place

if TYPE_CHECKING:
    from ...model.analysis.analysis import Analysis
    from ...syntax.segments import Block

UNITS = ((10**12, "T"), (10**9, "G"), (10**6, "M"), (10**3, "k"))


@dataclass(frozen=True, slots=True)
class Lens:
    """A text above a place; `runs` if pressing it runs the graph, `lists` the offset of a name in the place's segment whose
    uses pressing it lists."""

    place: Place
    text: str
    runs: bool = False
    lists: int | None = None


def code_lenses(
    analysis: Analysis,
    macs: int | None,
    at: Mapping[str, int] | None = None,
    kept: Kept[dict[str, int]] | None = None,
) -> list[Lens]:
    """The lenses of a document.

    `macs` are the multiply-accumulates of a run, if they are known, and `at` the values of symbols that they are for.
    """
    lenses = []
    known = {facts.body.head: facts for facts in analysis.fragment_list}
    for body in analysis.structure.fragments:
        facts = known.get(body.head)
        if facts is not None and facts.operation.name not in METADATA:
            uses = len(set(users(analysis, facts.operation)))
            head = body.head.tree()
            lists = head.name.start if uses and isinstance(head, FragmentHead) else None
            text = f"{uses} {'use' if uses == 1 else 'uses'}"
            lenses.append(Lens(Place(body.head, *_head(body.head)), text, lists=lists))
    graph = analysis.structure.graph
    if graph is not None and analysis.graph_head is not None:
        parts = ["Run graph"]
        parameters = parameter_count(analysis, kept)
        if parameters:
            parts.append(f"{short(parameters)} {'parameter' if parameters == 1 else 'parameters'}")
        if macs:
            where = ", ".join(f"{name} = {value}" for name, value in (at or {}).items())
            parts.append((f"{short(macs)}MAC" if macs >= 1000 else f"{macs} MAC") + (f" at {where}" if where else ""))
        lenses.append(Lens(Place(graph.head, *_head(graph.head)), " · ".join(parts), runs=True))
    return lenses


def parameter_count(analysis: Analysis, kept: Kept[dict[str, int]] | None = None) -> int:
    """The items of all variables of the graph, those that share a label once."""

    def of_block(block: Block, before: str, piece: Piece) -> dict[str, int]:
        found: dict[str, int] = {}
        for segment in block.segments:
            if segment.form is not None and segment in outcomes and facts_of(segment.form).top == "variable":
                items = sum(volume(value) or 0 for value in outcomes[segment].values)
                for label in labels_of(segment):
                    found[label] = max(found.get(label, 0), items)
        return found

    outcomes = analysis.outcomes.by_segment
    kept = kept if kept is not None else Kept(by_facts=True)
    total: dict[str, int] = {}
    shared: set[str] = set()
    for _, _, found in kept.of(analysis.source, analysis.vocabulary, of_block):
        shared |= total.keys() & found.keys()
        total.update({**found, **{label: max(total[label], found[label]) for label in shared & found.keys()}})
    return sum(total.values())


def _head(segment: object) -> tuple[int, int]:
    tree = segment.tree()  # type: ignore[attr-defined]
    return (tree.start, tree.end) if tree is not None else (0, 0)


def short(count: int) -> str:
    """61100840 -> "61.1 M"."""
    for size, unit in UNITS:
        if count >= size:
            return f"{count / size:.3g} {unit}"
    return str(count)
