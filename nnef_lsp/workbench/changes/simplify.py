"""A model that computes the same with less: passes, one after the other, until none finds anything to do.

Not here: what each of them does (`passes/`).
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Collection
from difflib import get_close_matches

from ...archive.limits import bytes_text
from ...model.extents.dims import product
from ...model.flattening.flat_graph import FlatGraph
from ...project.opening import Document
from ...runtime.planning.costs import work
from .. import passes
from ..change import Change, flat, parameters, variables
from ..errors import ChangeError
from ..words import counted

ORDER = ("unneeded", "identities", "duplicates", "constants", "normalization", "pads")
MOST_ROUNDS = 50


def names() -> tuple[str, ...]:
    """The passes, in the order in which they are tried."""
    found = {info.name for info in pkgutil.iter_modules(passes.__path__)}
    return (*(name for name in ORDER if name in found), *sorted(found.difference(ORDER)))


def simplify(document: Document, only: Collection[str] = (), leaving: Collection[str] = ()) -> Change:
    """All passes, or those in `only`, without those in `leaving`.  Raises ChangeError for a pass that there is not."""
    for name in (*only, *leaving):
        if name not in names():
            near = get_close_matches(name, names(), 1)
            raise ChangeError(
                f"there is no simplification '{name}'"
                + (f"; did you mean '{near[0]}'?" if near else f"; there are {', '.join(names())}")
            )
    chosen = [name for name in names() if (not only or name in only) and name not in leaving]
    applied: list[tuple[str, Callable[[Document], Change | None]]] = [
        (name, importlib.import_module(f"{passes.__name__}.{name}").apply) for name in chosen
    ]
    change = Change(document, document)
    for _ in range(MOST_ROUNDS):
        found = False
        for _name, apply in applied:
            made = apply(change.new)
            if made is not None:
                change, found = change.then(made), True
        if not found:
            break
    if not change.files:
        return change.saying("there is nothing to simplify")
    return change.saying(*_savings(flat(document), flat(change.new), change))


def _savings(before: FlatGraph, after: FlatGraph, change: Change) -> list[str]:
    """What it saves: statements, parameters and their bytes, multiply-accumulates."""
    statements = [len(list(document.analysis.statements())) for document in (change.old, change.new)]
    told = [f"{counted(statements[0], 'statement')} before, {statements[1]:,} now"]
    told.append(
        f"{parameters(before):,} stored parameters ({bytes_text(_bytes(change.old, before))}) before, "
        f"{parameters(after):,} ({bytes_text(_bytes(change.new, after))}) now"
    )
    counts = [_work(graph) for graph in (before, after)]
    if None not in counts:
        told.append(
            f"{counts[0]:,} multiply-accumulates before, {counts[1]:,} now; {_moved(before):,} items written by all operations before, {_moved(after):,} now"
        )
    return told


def _work(graph: FlatGraph) -> int | None:
    found = [work(invocation, graph.tensors) for invocation in graph.invocations]
    return (
        sum(item for item in found if isinstance(item, int)) if all(isinstance(item, int) for item in found) else None
    )


def _moved(graph: FlatGraph) -> int:
    """Items that operations write."""
    total = 0
    for invocation in graph.invocations:
        for output in invocation.outputs:
            if invocation.operation not in ("external", "variable") and not isinstance(output, list):
                size = product(graph.tensors[output.name].shape or ())
                total += size if isinstance(size, int) else 0
    return total


def _bytes(document: Document, graph: FlatGraph) -> int:
    return sum(
        document.model.tensor(label).bytes for label in set(variables(graph).values()) if document.model.has(label)
    )
