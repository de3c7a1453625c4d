"""What can be folded: bodies, runs of comments, statements over several lines."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ...model.analysis.analysis import Analysis
from ...model.quantization.analysis import QuantAnalysis
from ...syntax.segments import STATEMENT, Block
from .blocks import Kept, Piece

_COMMENTS = re.compile(r"(?:^|(?<=\n))[ \t]*#[^\n]*(?:\n[ \t]*#[^\n]*)+")


@dataclass(frozen=True, slots=True)
class Fold:
    """Lines from `first` to `last`; `kind` is "region" or "comment"."""

    first: int
    last: int
    kind: str = "region"


def folds(analysis: Analysis | QuantAnalysis, kept: Kept[list[tuple[int, int, str]]] | None = None) -> list[Fold]:
    """All folds of a document, in no particular order."""
    source = analysis.source
    found = []
    for body in analysis.structure.bodies() if isinstance(analysis, Analysis) else ():
        if body.close is not None and body.has_statements:
            first = source.position_in(body.head, body.head.blank_start).line
            last = source.position_in(body.close, len(body.close.text)).line
            if last - 1 > first:
                found.append(Fold(first, last - 1))
    for block, _, lines in (kept or Kept()).of(source, None, _in_block):
        found += [Fold(block.line + first, block.line + last, kind) for first, last, kind in lines]
    return found


def _in_block(block: Block, before: str, piece: Piece) -> list[tuple[int, int, str]]:
    """What can be folded in a block, with lines counted from its first."""
    found = []
    line = 0
    for segment in block.segments:
        text = segment.text
        if segment.newlines:
            if "#" in text:
                for match in _COMMENTS.finditer(text):
                    first = line + text.count("\n", 0, match.start())
                    found.append((first, first + match[0].count("\n"), "comment"))
            if segment.kind == STATEMENT:
                start = segment.blank_start
                inner = text.count("\n", start)
                if inner:
                    first = line + text.count("\n", 0, start)
                    found.append((first, first + inner, "region"))
            line += segment.newlines
    return found
