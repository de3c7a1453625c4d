"""Changes that mend what is wrong at a place: the rules' fixes, the same everywhere, and a comment that silences a rule.

Not here: the fixes themselves (`rules`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..rules import Diagnostic, Fix, fixes_of
from ..syntax.source import Source
from .text.place import Edit, Place

if TYPE_CHECKING:
    from ..model.analysis.analysis import Analysis
    from ..model.quantization.analysis import QuantAnalysis

MOST = 200
"""Diagnostics that one action mends."""


@dataclass(frozen=True, slots=True)
class Action:
    """A change with its title; `mends` are the diagnostics it is for."""

    title: str
    edits: tuple[Edit, ...]
    mends: tuple[Diagnostic, ...]
    preferred: bool = False
    kind: str = "quickfix"


def actions(
    analysis: Analysis | QuantAnalysis, found: Sequence[Diagnostic], touches: Callable[[Diagnostic], bool]
) -> list[Action]:
    """What can be done about the diagnostics that a selection touches; `found` are all of the document."""
    chosen = [item for item in found if touches(item)]
    offered = [action for item in chosen[:MOST] for action in _fixes(analysis, item)]
    for rule in dict.fromkeys(item.rule for item in chosen):
        everywhere = _everywhere(analysis, rule, [item for item in found if item.rule == rule])
        if everywhere is not None:
            offered.append(everywhere)
    return offered


def silencing(
    analysis: Analysis | QuantAnalysis, found: Sequence[Diagnostic], touches: Callable[[Diagnostic], bool]
) -> list[Action]:
    """Comments that silence the rules of what a selection touches; an error is not silenced, it is mended."""
    chosen = [item for item in found if touches(item) and item.severity != "error"]
    return [_ignore(analysis.source, item) for item in _once_per_line(chosen)]


def fix_all(analysis: Analysis | QuantAnalysis, found: Iterable[Diagnostic]) -> Action | None:
    """All fixes of a document that are safe to apply unasked and do not touch each other.

    Editors apply this at every save, so to text that is half typed too.
    """
    mended, edits = _compatible(analysis, list(found)[:MOST], lambda fix: fix.safe)
    return Action("Fix all that can be fixed", edits, mended, kind="source.fixAll") if edits else None


def _fixes(analysis: Analysis | QuantAnalysis, item: Diagnostic) -> list[Action]:
    return [Action(fix.title, _edits(fix), (item,), fix.preferred) for fix in fixes_of(analysis, item)]


def _edits(fix: Fix) -> tuple[Edit, ...]:
    return tuple(Edit(Place(edit.segment, edit.start, edit.end), edit.text) for edit in fix.edits)


def _everywhere(analysis: Analysis | QuantAnalysis, rule: str, found: list[Diagnostic]) -> Action | None:
    """One action for all mistakes of a kind, if there are several."""
    if len(found) < 2:
        return None
    mended, edits = _compatible(analysis, found[:MOST], lambda fix: fix.preferred)
    return Action(f"Fix all {len(mended)} of {rule}", edits, mended) if len(mended) > 1 else None


def _compatible(
    analysis: Analysis | QuantAnalysis, found: list[Diagnostic], wanted: Callable[[Fix], bool]
) -> tuple[tuple[Diagnostic, ...], tuple[Edit, ...]]:
    """The first wanted fix of each diagnostic, leaving out what overlaps one before it."""
    edits: list[Edit] = []
    mended = []
    taken: dict[int, list[tuple[int, int]]] = {}
    for item in found:
        fix = next((fix for fix in fixes_of(analysis, item) if wanted(fix)), None)
        if fix is None:
            continue
        own = _edits(fix)
        spans = [(id(edit.place.segment), edit.place.start, edit.place.end) for edit in own]
        if any(start <= b and a <= end for at, start, end in spans for a, b in taken.get(at, ())):
            continue
        for at, start, end in spans:
            taken.setdefault(at, []).append((start, end))
        edits.extend(own)
        mended.append(item)
    return tuple(mended), tuple(edits)


def _once_per_line(found: list[Diagnostic]) -> list[Diagnostic]:
    return list({(id(item.segment), item.rule): item for item in found}.values())


def _ignore(source: Source, item: Diagnostic) -> Action:
    """A comment above the statement."""
    segment = item.segment
    start = segment.blank_start
    newline = segment.text.rfind("\n", 0, start)
    at = newline + 1 if newline >= 0 else start
    indent = segment.text[at:start]
    line = f"{indent}# nnef-lsp: ignore[{item.rule}]\n"
    if newline < 0 and source.position_in(segment, start).column:
        line = f"\n{line}"
    return Action(f"Ignore {item.rule} here", (Edit(Place(segment, at, at), line),), (item,))
