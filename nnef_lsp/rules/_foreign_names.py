"""One error for a name that is not an identifier, wherever it stands in the document, and the fix that renames all its uses.

Not here: finding such names in text that does not parse (`syntax/foreign_names.py`).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from ..model.findings import Located
from ..syntax.foreign_names import foreign_spans, identifier_for
from ..syntax.segments import without_comments
from ..syntax.structure import place
from ..syntax.tokens import KEYWORDS
from ._diagnostic import Context, Edit, Fix

if TYPE_CHECKING:
    from ..syntax.segments import Segment


def told_once(located: list[Located]) -> list[Located]:
    """The findings without those that come of a foreign name which is told already: where it stands again, and where it
    was taken for an expression."""
    first: dict[str, tuple[tuple[int, int, int], Located]] = {}
    for item in located:
        name = foreign_name(item)
        if name:
            where = (*place(item.segment), item.finding.start)
            if name not in first or where < first[name][0]:
                first[name] = where, item
    if not first:
        return located
    kept = {id(item) for _, item in first.values()}
    return [item for item in located if id(item) in kept or not _comes_of(item, first)]


def foreign_name(item: Located) -> str:
    """The foreign name that a finding is about; "" for others."""
    problem = item.finding.details.get("problem")
    return str(getattr(problem, "foreign", ""))


def _comes_of(item: Located, names: Collection[str]) -> bool:
    if foreign_name(item) or item.finding.details.get("name") in names:
        return True
    spans = (span for name in names for span in _occurrences(item.segment, name))
    return any(start <= item.finding.start and item.finding.end <= end for start, end in spans)


def _occurrences(segment: Segment, name: str) -> Iterator[tuple[int, int]]:
    if name in KEYWORDS:
        named = re.compile(rf"\b{name}\b")
        places = {problem.start for problem in segment.problems if problem.foreign == name}
        yield from (match.span() for match in named.finditer(without_comments(segment.text)) if places)
    elif name in segment.text:
        yield from (span for span in foreign_spans(segment.text) if segment.text[slice(*span)] == name)


def rename_everywhere(context: Context, name: str) -> list[Fix]:
    """Give a foreign name an identifier that nothing has yet, at all its places."""
    text = context.analysis.source.text
    taken = set(re.findall(r"\w+", text))
    identifier = identifier_for(name)
    while identifier in taken:
        identifier += "_"
    edits = tuple(
        Edit(segment, start, end, identifier)
        for segment in context.analysis.source
        for start, end in _occurrences(segment, name)
    )
    return [Fix(f"Rename to '{identifier}' everywhere", edits, preferred=True)]
