"""Symbols that statements make for extents that only a run tells, numbered in the order of the text.

The number of a symbol depends on the statements above that make some of the same prefix.  It is the one thing a
statement's outcome depends on besides its form and the names it reads, so it is kept as another input: when a statement
makes other symbols than before, those below that count on are evaluated again.

Not here: how a symbol is named (`evaluation/context.py`).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable

from ...syntax.segments import Segment
from ...syntax.structure import place


class Mints:
    """Which statements make symbols, in the order of the text."""

    def __init__(self) -> None:
        self.prefixes: dict[Segment, tuple[str, ...]] = {}
        self._order: list[Segment] = []
        self._passed = 0
        self._counts: dict[str, int] = {}

    def rewind(self) -> None:
        """Statements may have come and gone, or a walk begins anew."""
        self._passed, self._counts = 0, {}

    def before(self, segment: Segment) -> dict[str, int]:
        """How many symbols of each prefix the statements above one make; cheap when asked in order."""
        here = place(segment)
        if self._passed and place(self._order[self._passed - 1]) >= here:
            self.rewind()
        while self._passed < len(self._order) and place(self._order[self._passed]) < here:
            for prefix in self.prefixes[self._order[self._passed]]:
                self._counts[prefix] = self._counts.get(prefix, 0) + 1
            self._passed += 1
        return self._counts

    def note(self, segment: Segment, prefixes: tuple[str, ...]) -> list[Segment]:
        """A statement makes symbols of these prefixes (or none); those below whose numbers change."""
        known = self.prefixes.get(segment, ())
        if prefixes == known:
            return []
        at = bisect_left(self._order, place(segment), key=place)
        if self._passed > at:
            self.rewind()
        if not known:
            self._order.insert(at, segment)
        elif not prefixes:
            del self._order[at]
        if prefixes:
            self.prefixes[segment] = prefixes
        else:
            del self.prefixes[segment]
        return self._that_make({*known, *prefixes}, self._order[at + bool(prefixes) :])

    def remove(self, segment: Segment) -> list[Segment]:
        """A statement is no more; those below whose numbers change."""
        known = self.prefixes.pop(segment, ())
        if not known:
            return []
        at = self._order.index(segment)
        del self._order[at]
        self.rewind()
        return self._that_make(set(known), self._order[at:])

    def _that_make(self, prefixes: set[str], segments: Iterable[Segment]) -> list[Segment]:
        return [segment for segment in segments if not prefixes.isdisjoint(self.prefixes[segment])]
