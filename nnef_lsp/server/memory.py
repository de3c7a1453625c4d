"""What a document remembers of its runs and of its work until it is edited.

Not here: how work is counted (`running/work.py`), what a run answers (`running/run_results.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypedDict

from ..json_data import JsonObject

if TYPE_CHECKING:
    from ..runtime.summary import Summary


@dataclass(frozen=True, slots=True)
class Work:
    """`statements`: multiply-accumulates by the first name that a statement defines, None where an extent is not known."""

    statements: dict[str, int | None]
    at: dict[str, int]

    @property
    def total(self) -> int | None:
        """Of the whole graph."""
        found = list(self.statements.values())
        return None if None in found else sum(item or 0 for item in found)


class Remembered(TypedDict, total=False):
    """Of the last run: `seconds` of each statement, the summaries of tensors that `flowed`, the diagnostics of what was
    `differing` from what was expected.  The graph's work, None where it cannot be counted."""

    seconds: dict[str, float]
    flowed: dict[str, Summary]
    work: Work | None
    differing: list[JsonObject]
