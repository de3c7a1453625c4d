"""What was made of the blocks of a text, kept for as long as their statements and the facts of these stay the same.

An edit changes one block of a text and perhaps facts in many; an answer about a whole document is put together from
what was made of all others before.  What is kept of a block counts lines from the block's first, so that a line more
above it changes nothing.  Where facts matter, what was made with those before is kept too, of blocks and of statements:
an edit that is half typed changes the facts of everything below, and its other half changes them back.

Not here: what is made (`outline`, `semantic`, `folding`, `links`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Generic, NamedTuple, TypeVar

from ...syntax.segments import Block, Segment
from ...syntax.source import Source

T = TypeVar("T")
Piece = Callable[[Segment, Callable[[], Any]], Any]
"""What was made of a statement with the facts that it has now; the function makes it where that is not known."""


_Pieces = dict[Segment, tuple[Any, Any, Any, Any]]


class _Entry(NamedTuple):
    segments: list[Segment]
    changes: int
    facts: list[Any]
    context: Any
    value: Any
    pieces: _Pieces
    """By statement: facts and what was made with them, those before and what was made with these."""
    before: tuple[list[Any], Any] = ([], None)
    """The facts before these, and the value then."""
    is_fickle: bool = False


class Kept(Generic[T]):
    """Values by block; `by_facts` if they depend on the facts of the statements."""

    def __init__(self, by_facts: bool = False) -> None:
        self.by_facts = by_facts
        self._entries: dict[Block, _Entry] = {}
        self.made = 0
        """Blocks of which something was made by the last `of`, for tests and measurements."""

    def of(
        self,
        source: Source,
        context: Any,
        make: Callable[[Block, str, Piece], T],
        fickle: Callable[[Block], bool] = lambda block: False,
    ) -> Iterator[tuple[Block, str, T]]:
        """(block, what stands before it on its first line, its value) for every block, in order.

        `make` gets the first two and a way to keep pieces.  `context` is all else that values depend on; those of
        `fickle` blocks are made anew each time.
        """
        entries = self._entries
        self._entries, self.made = {}, 0
        for block, before in blocks_with_text_before(source):
            known = entries.get(block)
            wanted = (before, context)
            # the members of a block are another list after every edit of it
            if known is None or known.segments is not block.segments or known.context != wanted or known.is_fickle:
                old = known.pieces if known is not None and known.context == wanted else {}
                known = self._made(block, wanted, make, old)._replace(is_fickle=fickle(block))
            elif self.by_facts and known.changes != block.changes:
                known = self._with_facts(known, block, make)
            self._entries[block] = known
            yield block, before, known.value

    def _with_facts(self, known: _Entry, block: Block, make: Callable[[Block, str, Piece], T]) -> _Entry:
        """What is kept of a block, for the facts that its statements have now."""
        facts = [segment.facts for segment in block.segments]
        if facts == known.facts:
            return known._replace(changes=block.changes)
        last = (known.facts, known.value)
        if facts == known.before[0] and known.before[1] is not None:
            return known._replace(changes=block.changes, facts=facts, value=known.before[1], before=last)
        return self._made(block, known.context, make, known.pieces)._replace(before=last)

    def _made(
        self,
        block: Block,
        wanted: tuple[str, Any],
        make: Callable[[Block, str, Piece], T],
        old: _Pieces,
    ) -> _Entry:
        self.made += 1
        pieces: _Pieces = {}
        piece = _piece_by_facts if self.by_facts else _piece
        facts = [segment.facts for segment in block.segments] if self.by_facts else []
        value = make(block, wanted[0], lambda segment, build: piece(old, pieces, segment, build))
        return _Entry(block.segments, block.changes, facts, wanted, value, pieces)


def _piece(old: _Pieces, new: _Pieces, segment: Segment, build: Callable[[], Any]) -> Any:
    found = new[segment] = old.get(segment) or (None, build(), None, None)
    return found[1]


def _piece_by_facts(old: _Pieces, new: _Pieces, segment: Segment, build: Callable[[], Any]) -> Any:
    facts = segment.facts
    known = old.get(segment)
    if known is None:
        new[segment] = (facts, build(), None, None)
    elif known[0] is facts:
        new[segment] = known
    elif known[2] is facts and known[3] is not None:
        new[segment] = (facts, known[3], known[0], known[1])
    else:
        new[segment] = (facts, build(), known[0], known[1])
    return new[segment][1]


def blocks_with_text_before(source: Source) -> Iterator[tuple[Block, str]]:
    """Every block and what stands before it on its first line."""
    before = ""
    for block in source.blocks:
        yield block, before
        before = _line_behind(block, before)


def _line_behind(block: Block, before: str) -> str:
    """What stands on the last line of a block, with what stands before it there."""
    pieces: list[str] = []
    for segment in reversed(block.segments):
        newline = segment.text.rfind("\n")
        pieces.append(segment.text[newline + 1 :])
        if newline >= 0:
            return "".join(reversed(pieces))
    return before + "".join(reversed(pieces))
