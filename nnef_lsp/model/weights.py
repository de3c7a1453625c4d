"""The weights beside a graph, as far as the analysis needs them: headers, through an interface.

Not here: what does not fit (`checks/weights.py`), files (`archive`).
"""

from __future__ import annotations

from typing import NamedTuple, Protocol


class WeightHeader(NamedTuple):
    """What a data file says about its tensor.  `problem` is set, and nothing else holds, if it cannot be read."""

    shape: tuple[int, ...]
    nnef_type: str
    item_type: str
    problem: str | None = None


class Weights(Protocol):
    """Answers what data files there are."""

    def header(self, label: str) -> WeightHeader | None:
        """The header of the file of a label, None if there is none."""
        ...

    def any(self) -> bool | None:
        """Whether there are any data files; None if that cannot be known (a text without a folder, a folder too large)."""
        ...


class NoWeights:
    """For a text that is no file: nothing can be said of weights."""

    def header(self, label: str) -> WeightHeader | None:
        return None

    def any(self) -> bool | None:
        return None
