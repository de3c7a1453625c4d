"""Where a document is not NNEF: what the parser found, collected from where it may be.

Not here: what else is wrong with the document (`document.py`), the wording (`syntax/messages.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ...syntax.segments import STATEMENT, Segment, SyntaxProblem
from ...syntax.source import Source
from ...syntax.structure import Structure
from ...syntax.tokens import KEYWORDS
from ..operations.dialect import Dialect


def syntax_problems(
    source: Source, structure: Structure, troubled: Iterable[Segment], dialect: Dialect
) -> Iterator[tuple[Segment, SyntaxProblem]]:
    """Segments that are not NNEF, and what is wrong with them; `troubled` are the statements of the graph to look at."""
    for segment, problem in _problems(source, structure, troubled):
        if not (dialect.keywords_as_names and problem.foreign in KEYWORDS):
            yield segment, problem


def _problems(
    source: Source, structure: Structure, troubled: Iterable[Segment]
) -> Iterator[tuple[Segment, SyntaxProblem]]:
    seen = [segment for segment in troubled if segment.problems]
    seen.extend(segment for segment in source.landmarks() if segment.problems)
    for body in structure.fragments:
        seen.extend(segment for segment in body.statements(source) if segment.problems)
    for segment in seen:
        for problem in segment.problems:
            yield segment, problem
    if structure.graph is None or structure.problems:
        yield from _outside(source, {*seen, *(segment for segment, _ in structure.problems)})
    yield from structure.problems


def _outside(source: Source, seen: set[Segment]) -> Iterator[tuple[Segment, SyntaxProblem]]:
    """Broken statements outside of all bodies; only looked for where the structure is broken."""
    for segment in source:
        if segment.problems and segment not in seen and segment.kind == STATEMENT:
            for problem in segment.problems:
                yield segment, problem
