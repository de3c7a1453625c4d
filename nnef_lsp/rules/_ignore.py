"""Comments that silence a rule: `# nnef-lsp: ignore[unused-result]` on a line of the statement, or alone above it.

Not here: settings for a whole project (`settings.py`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ..model.findings import Details, Finding, Located

if TYPE_CHECKING:
    from ..syntax.segments import Block, Segment
    from ..syntax.source import Source
    from ._diagnostic import Diagnostic

_MARK = re.compile(r"\bnnef-lsp:[ \t]*ignore(?:[ \t]*\[([^\]\n]*)\])?")
_NAME = re.compile(r"[^\s,]+")


@dataclass(slots=True)
class Mark:
    """One rule named in one comment (`rule` is empty for a comment that names none and silences all)."""

    segment: Segment
    start: int
    end: int
    rule: str
    line: int = 0
    alone: bool = False
    used: bool = field(default=False)


def silenced(
    source: Source, cache: dict[int, Any], found: list[Diagnostic], known: Any
) -> tuple[list[Diagnostic], list[Located]]:
    """The diagnostics that no comment silences, and findings about comments that silence nothing.

    `cache` keeps what was found in each block of the source; it is the caller's to keep.
    """
    marks = _marks(source, cache)
    if not marks:
        return found, []
    lines: dict[int, list[Mark]] = {}
    for mark in marks:
        start = source.line_of(mark.segment) + mark.segment.text.count("\n", 0, mark.start)
        mark.line, mark.used = start, False
        others = lines.setdefault(start, [])
        mark.alone = others[0].alone if others else _alone(source, start)
        others.append(mark)
    kept = [item for item in found if not _is_silenced(source, item, lines)]
    return kept, [_unused(mark, known) for mark in marks if not mark.used]


def _marks(source: Source, cache: dict[int, Any]) -> list[Mark]:
    """All marks; a block whose segments are still the same list is not read again."""
    found: list[Mark] = []
    for block in source.blocks:
        known = cache.get(id(block))
        if known is None or known[0] is not block.segments:
            known = cache[id(block)] = (block.segments, _marks_in(block))
        found.extend(known[1])
    if len(cache) > 2 * len(source.blocks) + 16:
        cache.clear()
    return found


def _marks_in(block: Block) -> list[Mark]:
    found = []
    for segment in block.segments:
        if "nnef-lsp" not in segment.text:
            continue
        for match in _MARK.finditer(segment.text):
            if segment.text.rfind("#", 0, match.start()) <= segment.text.rfind("\n", 0, match.start()):
                continue  # in no comment
            if match[1] is None:
                found.append(Mark(segment, match.start(), match.end(), ""))
                continue
            for name in _NAME.finditer(match[1]):
                start = match.start(1) + name.start()
                found.append(Mark(segment, start, start + len(name[0]), name[0]))
    return found


def _alone(source: Source, line: int) -> bool:
    return source.line_text(line).lstrip().startswith("#")


def _is_silenced(source: Source, item: Diagnostic, lines: dict[int, list[Mark]]) -> bool:
    """Whether a comment on a line of the statement, or on comment lines directly above it, names the rule."""
    segment = item.segment
    base = source.line_of(segment)
    first = base + segment.text.count("\n", 0, segment.blank_start)
    last = base + segment.newlines
    near = list(range(first, last + 1))
    above = first - 1
    while above >= 0 and above in lines and _alone(source, above):
        near.append(above)
        above -= 1
    silent = False
    for line in near:
        for mark in lines.get(line, ()):
            if mark.rule in ("", item.rule) and (line >= first or mark.alone):
                mark.used = silent = True
    return silent


def _unused(mark: Mark, known: Any) -> Located:
    details: Details = {"name": mark.rule, "known": mark.rule in known or not mark.rule, "names": known}
    return Located(mark.segment, Finding("unused-ignore", mark.start, mark.end, details))
