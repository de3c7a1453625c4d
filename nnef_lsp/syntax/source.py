"""A text under edit: segments in blocks, re-cut only where an edit touched them.

A `Source` belongs to one open document and changes in place; each change returns which segments left and which came,
all others stay the same objects.  Segments lie in blocks of at most a few hundred, and only a block's members and the
list of blocks are renumbered by an edit, so an edit costs the same in a long text as in a short one.  (Tried and given
up: one list of segment starts, which costs 2 ms per edit at 50,000 statements; immutable sources, which buy nothing
since all of the server that reads them runs on one thread.)

Not here: which segment follows which (`structure.py`), the meaning of anything.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from typing import NamedTuple

from .lines import UTF32, characters, units
from .parsing import segment
from .segments import BLANKS, Block, Segment, chunks
from .tokens import Language

BLOCK = 256
"""Segments per block: as many as there are blocks in a text of 65,000 statements."""


class Change(NamedTuple):
    """What an edit did: the segments that are no more, and those that are new."""

    removed: list[Segment]
    added: list[Segment]


class Position(NamedTuple):
    """0-based line and column, the column in units of an encoding."""

    line: int
    column: int


class Source:
    """The text of one document, language "graph" (graph.nnef) or "quant" (graph.quant)."""

    def __init__(self, text: str = "", language: Language = "graph") -> None:
        self.language = language
        self.blocks: list[Block] = []
        self._starts: list[int] = []
        self._lines: list[int] = []
        members: list[Segment] = []
        for chunk in chunks(text):
            members.extend(segment(chunk, language))
        members = members or [Segment(BLANKS, "")]
        self._replace_blocks(0, 0, members)

    @property
    def text(self) -> str:
        """The whole text, put together anew at each call."""
        return "".join([member.text for block in self.blocks for member in block.segments])

    @property
    def length(self) -> int:
        """Number of characters."""
        return self.blocks[-1].start + self.blocks[-1].length if self.blocks else 0

    @property
    def line_count(self) -> int:
        """Number of lines; a text that ends in a newline has an empty last one."""
        return (self.blocks[-1].line + self.blocks[-1].newlines if self.blocks else 0) + 1

    def __iter__(self) -> Iterator[Segment]:
        for block in self.blocks:
            yield from block.segments

    def landmarks(self) -> Iterator[Segment]:
        """All segments but statements, in order."""
        for block in self.blocks:
            yield from block.landmarks

    # -- edits ---------------------------------------------------------------------------------------------------

    def edit(self, start: int, end: int, text: str) -> Change:
        """Replace the characters from `start` to `end`; offsets outside the text count as its bounds."""
        start = max(0, min(start, self.length))
        end = max(start, min(end, self.length))
        first = self._chunk_start(start)
        last = self._index_at(end)
        head = self._text_between(first, start)
        pieces = [head + text]
        pieces.append(self._tail(end, last))
        stop = self._next(last)
        while True:
            # cutting ends well where a chunk ends exactly at an old boundary: all behind stays as it is
            cut = list(chunks("".join(pieces)))
            if stop is None or ((not cut or _is_cut_behind(cut[-1])) and self._begins_chunk(stop)):
                break
            block, at = stop
            pieces.append(self.blocks[block].segments[at].text)
            stop = self._next(stop)
        added: list[Segment] = []
        for chunk in cut:
            added.extend(segment(chunk, self.language))
        return self._splice(first, stop, added)

    def replace(self, text: str) -> Change:
        """Replace the whole text, keeping every segment that is still there at the beginning and at the end."""
        old = self.text
        prefix = _common_prefix(old, text)
        limit = min(len(old), len(text)) - prefix
        suffix = _common_prefix(old[len(old) - limit :][::-1], text[len(text) - limit :][::-1]) if limit else 0
        return self.edit(prefix, len(old) - suffix, text[prefix : len(text) - suffix])

    def _chunk_start(self, offset: int) -> tuple[int, int]:
        """The segment with which the chunk around an offset begins.

        A chunk may have been recovered as several segments, so go back to one that follows a true terminator.
        """
        place: tuple[int, int] | None = self._index_at(offset)
        while place is not None and not self._begins_chunk(place):
            place = self._previous(place)
        return place or (0, 0)

    def _begins_chunk(self, place: tuple[int, int]) -> bool:
        before = self._previous(place)
        if before is None:
            return True
        return _is_cut_behind(self.blocks[before[0]].segments[before[1]].text)

    def _index_at(self, offset: int) -> tuple[int, int]:
        """Block and place in the block of the segment that holds the character at an offset (the last at the end)."""
        if not self.blocks:
            return (0, 0)
        index = max(0, bisect_right(self._starts, offset) - 1)
        block = self.blocks[index]
        at, position = 0, block.start
        for member in block.segments:
            position += len(member.text)
            if position > offset:
                return (index, at)
            at += 1
        return (index, max(0, at - 1))

    def _next(self, place: tuple[int, int] | None) -> tuple[int, int] | None:
        if place is None or not self.blocks:
            return None
        block, at = place
        if at + 1 < len(self.blocks[block].segments):
            return (block, at + 1)
        return (block + 1, 0) if block + 1 < len(self.blocks) else None

    def _previous(self, place: tuple[int, int]) -> tuple[int, int] | None:
        block, at = place
        if at:
            return (block, at - 1)
        return (block - 1, len(self.blocks[block - 1].segments) - 1) if block else None

    def _text_between(self, first: tuple[int, int], end: int) -> str:
        """The text from the beginning of a segment to an offset."""
        if not self.blocks:
            return ""
        start = self.start_of(self.blocks[first[0]].segments[first[1]])
        pieces = []
        place: tuple[int, int] | None = first
        while place is not None and start < end:
            text = self.blocks[place[0]].segments[place[1]].text
            pieces.append(text[: end - start])
            start += len(text)
            place = self._next(place)
        return "".join(pieces)

    def _tail(self, offset: int, place: tuple[int, int]) -> str:
        """What a segment holds behind an offset."""
        if not self.blocks:
            return ""
        member = self.blocks[place[0]].segments[place[1]]
        return member.text[max(0, offset - self.start_of(member)) :]

    def _splice(self, first: tuple[int, int], stop: tuple[int, int] | None, added: list[Segment]) -> Change:
        """Put new segments in place of those from `first` up to `stop`."""
        if not self.blocks:
            self._replace_blocks(0, 0, added)
            return Change([], added)
        begin = first[0]
        end = len(self.blocks) if stop is None else stop[0]
        before = self.blocks[begin].segments[: first[1]]
        after = [] if stop is None else self.blocks[end].segments[stop[1] :]
        if stop is None:
            removed = [member for block in self.blocks[begin:] for member in block.segments][len(before) :]
        else:
            kept = len(after)
            members = [member for block in self.blocks[begin : end + 1] for member in block.segments]
            removed = members[len(before) : len(members) - kept]
        if not (added or before or after or begin or (stop is not None and end + 1 < len(self.blocks))):
            added = [Segment(BLANKS, "")]
        removed, added = _keep_equal(removed, added)
        touched = [*before, *added, *after]
        self._replace_blocks(begin, len(self.blocks) if stop is None else end + 1, touched)
        fresh = set(map(id, added)) - set(map(id, removed))
        stays = set(map(id, added))
        return Change([old for old in removed if id(old) not in stays], [new for new in added if id(new) in fresh])

    def _replace_blocks(self, begin: int, end: int, members: list[Segment]) -> None:
        if end - begin == 1 and 0 < len(members) <= 2 * BLOCK:
            block = self.blocks[begin]
            block.segments = members
            block.renumber()
        else:
            fresh = [Block(members[i : i + BLOCK]) for i in range(0, len(members), BLOCK)]
            self.blocks[begin:end] = fresh
        start = line = 0
        if begin and begin <= len(self.blocks):
            before = self.blocks[begin - 1]
            start, line = before.start + before.length, before.line + before.newlines
        for index in range(begin, len(self.blocks)):
            block = self.blocks[index]
            block.index, block.start, block.line = index, start, line
            start += block.length
            line += block.newlines
        self._starts = [block.start for block in self.blocks]
        self._lines = [block.line for block in self.blocks]

    # -- places --------------------------------------------------------------------------------------------------

    def segment_at(self, offset: int) -> Segment | None:
        """The segment that holds the character at an offset."""
        if not self.blocks:
            return None
        block, at = self._index_at(offset)
        return self.blocks[block].segments[at]

    def start_of(self, member: Segment) -> int:
        """Offset of a segment's first character."""
        block = member.block
        assert block is not None
        return block.start + sum([len(before.text) for before in block.segments[: member.at]])

    def line_of(self, member: Segment) -> int:
        """0-based line in which a segment's first character stands."""
        block = member.block
        assert block is not None
        return block.line + sum([before.newlines for before in block.segments[: member.at]])

    def position(self, offset: int, encoding: str = UTF32) -> Position:
        """Line and column of an offset."""
        member = self.segment_at(offset)
        if member is None:
            return Position(0, 0)
        return self.position_in(member, min(offset - self.start_of(member), len(member.text)), encoding)

    def position_in(self, member: Segment, offset: int, encoding: str = UTF32) -> Position:
        """Line and column of an offset relative to a segment."""
        text = member.text
        if offset > len(text):
            return self.position(self.start_of(member) + offset, encoding)
        newline = text.rfind("\n", 0, max(0, offset))
        line = self.line_of(member) + text.count("\n", 0, max(0, offset))
        if newline >= 0:
            return Position(line, units(text[newline + 1 : offset], encoding))
        return Position(line, self._units_before(member, encoding) + units(text[:offset], encoding))

    def _units_before(self, member: Segment, encoding: str) -> int:
        """Length of the part of a segment's first line that stands in the segments before it."""
        block = member.block
        assert block is not None
        length, whole = _units_at_end(block.segments[: member.at], encoding)
        for earlier in reversed(self.blocks[: block.index] if whole else []):
            if earlier.newlines:
                return length + _units_at_end(earlier.segments, encoding)[0]
            length += earlier.units(encoding)
        return length

    def offset(self, line: int, column: int, encoding: str = UTF32) -> int:
        """Offset of a position; a line or column behind the end counts as the end."""
        if line < 0 or not self.blocks:
            return 0
        if line >= self.line_count:
            return self.length
        start = self.line_start(line)
        return start + characters(self.line_text(line), column, encoding)

    def line_start(self, line: int) -> int:
        """Offset of a line's first character."""
        if line <= 0 or not self.blocks:
            return 0
        index = bisect_right(self._lines, line - 1) - 1
        # blocks without newlines share their line with the next: take the last that begins before the line
        block = self.blocks[index]
        left, start = line - block.line, block.start
        for member in block.segments:
            if left <= member.newlines:
                at = -1
                for _ in range(left):
                    at = member.text.index("\n", at + 1)
                return start + at + 1
            left -= member.newlines
            start += len(member.text)
        return start

    def line_text(self, line: int) -> str:
        """A line without its newline (and without the carriage return before that)."""
        start = self.line_start(line)
        if line + 1 >= self.line_count:
            return self.slice(start, self.length)
        return self.slice(start, max(start, self.line_start(line + 1) - 1)).removesuffix("\r")

    def slice(self, start: int, end: int) -> str:
        """The text between two offsets."""
        if not self.blocks or end <= start:
            return ""
        block, at = self._index_at(start)
        begin = self.start_of(self.blocks[block].segments[at])
        return self._text_between((block, at), end)[start - begin :]


def _is_cut_behind(text: str) -> bool:
    """Whether a chunk's text ends in a true terminator, not in a comment or a string that happens to end in one."""
    if text[-1:] not in (";", "{", "}"):
        return False
    last_line = text[text.rfind("\n") + 1 :]
    if "#" not in last_line and "'" not in last_line and '"' not in last_line:
        return True
    pieces = list(chunks(text))
    return len(pieces) >= 1 and next(iter(chunks(pieces[-1] + ";"))) == pieces[-1]


def _units_at_end(members: list[Segment], encoding: str) -> tuple[int, bool]:
    """Length of what stands behind the last newline of some segments, and whether there is none."""
    texts: list[str] = []
    for member in reversed(members):
        if member.newlines:
            texts.append(member.text[member.text.rfind("\n") + 1 :])
            return units("".join(texts), encoding), False
        texts.append(member.text)
    return units("".join(texts), encoding), True


def _keep_equal(removed: list[Segment], added: list[Segment]) -> tuple[list[Segment], list[Segment]]:
    """Take an old segment in place of a new one with the same text, from both ends inwards."""
    kept = list(added)
    low = 0
    while low < min(len(removed), len(kept)) and _equal(removed[low], kept[low]):
        kept[low] = removed[low]
        low += 1
    high = 1
    while high <= min(len(removed), len(kept)) - low and _equal(removed[-high], kept[-high]):
        kept[-high] = removed[-high]
        high += 1
    return removed, kept


def _equal(a: Segment, b: Segment) -> bool:
    return a.text == b.text and a.kind == b.kind and a.problems == b.problems


def _common_prefix(a: str, b: str) -> int:
    """Length of the longest common beginning, by halving."""
    low, high = 0, min(len(a), len(b))
    while low < high:
        middle = (low + high + 1) // 2
        if a[:middle] == b[:middle]:
            low = middle
        else:
            high = middle - 1
    return low
