"""Memory given back: what closed documents and hours of typing leave is collected while nobody waits for an answer.

Segments know their block and blocks their segments, so only a full collection of garbage finds them when a document is
closed; the server's thresholds never ask for one, as it takes 50 ms where much is open.  So what was left is counted, and
collected in a pause, or at once when it is as much as all that is open.

Not here: what is kept of a document (`session.py`).
"""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable

from .session import Document

MUCH = 4_000
"""Segments, each of which takes about a kilobyte: with fewer, nothing is done."""
PAUSE = 0.5
"""Seconds without a message about documents that count as a pause."""


class Garbage:
    """Counts what is left of documents; `live` says how many segments there are in all that are open."""

    def __init__(self, live: Callable[[], int]) -> None:
        self.live = live
        self.left = 0
        self._timer: asyncio.TimerHandle | None = None

    def closed(self, document: Document) -> None:
        """A document is no more."""
        self.leave(segments_of(document))

    def leave(self, segments: int) -> None:
        """So many segments are no more."""
        self.left += segments
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self.left >= MUCH:
            late = self.left >= max(4 * MUCH, self.live())
            self._timer = asyncio.get_running_loop().call_later(0 if late else PAUSE, self.collect)

    def collect(self) -> None:
        """Give back all that nothing needs."""
        from ..model.extents.interning import forget_unused

        self.left, self._timer = 0, None
        frozen = gc.get_freeze_count()
        gc.unfreeze()
        gc.collect()
        forget_unused()
        if frozen:
            gc.freeze()


def segments_of(document: Document) -> int:
    """How many segments a document has."""
    return sum(len(block.segments) for block in document.source.blocks)
