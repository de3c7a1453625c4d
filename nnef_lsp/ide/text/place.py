"""Places in a document and edits of them, free of any protocol."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ...syntax.segments import Segment


@dataclass(frozen=True, slots=True)
class Place:
    """Characters `start` to `end` of a segment."""

    segment: Segment
    start: int
    end: int

    @property
    def text(self) -> str:
        """What stands there."""
        return self.segment.text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace what stands at a place."""

    place: Place
    text: str
