"""A graph parameter that no statement introduces."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, cast

from ..model.analysis.supposition import findings_supposing
from ..model.extents.dims import UNKNOWN, Shape
from ..model.findings import Finding
from ..model.values.tensor import Tensor, tensor
from . import Context, Diagnostic, Edit, Fix
from ._edits import insert

if TYPE_CHECKING:
    from ..model.analysis.analysis import Analysis

SEVERITY = "error"
_RANKS = (1, 2, 4, 3, 5, 0)
_LOOK_AT = 12
"""Statements and extents that are looked at for a shape that fits."""


def message(finding: Finding) -> str:
    name = finding.details["name"]
    return f"graph input '{name}' is not introduced: expected a statement '{name} = external(shape = [...]);'"


def fixes(context: Context, diagnostic: Diagnostic) -> list[Fix]:
    """The statement that introduces the input, with a shape that fits what reads it; or the name that was meant."""
    name, structure = diagnostic.details["name"], getattr(context.analysis, "structure", None)
    if structure is None or structure.graph is None:
        return []
    analysis = cast("Analysis", context.analysis)
    loose = [item for item in analysis.findings_in_order() if item.finding.rule == "external-not-input"]
    if loose:
        misnamed, found = loose[0].segment, loose[0].finding
        edit = Edit(misnamed, found.start, found.end, name)
        return [Fix(f"Rename '{found.details['name']}' to '{name}'", (edit,), True)] if found.details["name"] else []
    shape = _fitting_shape(analysis, name)
    if shape is None:
        return []
    head = structure.graph.head
    text = f"\n    {name} = external(shape = {list(shape)});"
    return [insert(head, len(head.text), f"Add '{text.strip()}'", text)]


def _fitting_shape(analysis: Analysis, name: str) -> tuple[int, ...] | None:
    """A shape that everything takes which reads the name; [1] if nothing does.

    First the rank, with extents that are not known; then each extent by itself: 1, or one of the shapes around.
    """
    users = list(analysis.users.get(name, ()))
    if not users:
        return (1,)
    rank = next((rank for rank in _RANKS if not _wrong(analysis, name, (UNKNOWN,) * rank)), None)
    if rank is None:
        return None
    known: list[int] = []
    for _ in range(rank):
        for extent in (1, *_extents_around(analysis)):
            if not _wrong(analysis, name, (*known, extent, *[UNKNOWN] * (rank - len(known) - 1))):
                known.append(extent)
                break
        else:
            return None
    return tuple(known)


def _wrong(analysis: Analysis, name: str, shape: Shape) -> bool:
    return bool(findings_supposing(analysis, {name: tensor("scalar", shape)}))


def _extents_around(analysis: Analysis) -> list[int]:
    """The extents of the first variables of the graph, which an input may have to fit."""
    found: dict[int, None] = {}
    for segment in islice(analysis.statements(), _LOOK_AT):
        for value in analysis.outcomes.of(segment).values:
            shape = value.shape if isinstance(value, Tensor) else None
            found.update(dict.fromkeys(extent for extent in shape or () if isinstance(extent, int)))
    return sorted(found)[:_LOOK_AT]
