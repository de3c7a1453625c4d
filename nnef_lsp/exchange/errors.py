"""Why a model cannot be exchanged, as sentences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..model.flattening.flat_graph import Site


class ExchangeError(Exception):
    """A model cannot be read or written; `message` is a sentence."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class Inexpressible(Exception):
    """The other format cannot say what one operation says; the message is the reason."""


@dataclass(frozen=True, slots=True)
class Unmapped:
    """An operation that has no counterpart in the other format: where it is, and why.

    `tensor` is the first tensor that it gives (or the name of a node), `site` its place in graph.nnef, if it has one.
    """

    operation: str
    tensor: str
    reason: str
    site: Site | None = None

    @property
    def sentence(self) -> str:
        """Operation, tensor and reason."""
        return f"'{self.operation}' for '{self.tensor}': {self.reason}"


class UnmappedError(ExchangeError):
    """Operations without a counterpart, all of them."""

    def __init__(self, unmapped: Sequence[Unmapped], what: str) -> None:
        self.unmapped = tuple(unmapped)
        first = self.unmapped[0].sentence
        more = f" (and {len(unmapped) - 1} more)" if len(unmapped) > 1 else ""
        super().__init__(f"{what}: {first}{more}")
