"""The weights beside a graph, as far as the analysis needs them: headers, through an interface.

Not here: what does not fit (`checks/weights.py`), files (`archive`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple, Protocol

from .values.tensor import Tensor
from .values.values import MISSING, Value


class NoResource(Exception):
    """A resource cannot be had; `at` is the argument at fault, "label" or "key", `names` what it could be."""

    def __init__(self, at: str, message: str, names: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.at, self.message, self.names = at, message, names


class WeightHeader(NamedTuple):
    """What a data file says about its tensor.  `problem` is set, and nothing else holds, if it cannot be read."""

    shape: tuple[int, ...]
    nnef_type: str
    item_type: str
    problem: str | None = None
    has_range: bool = False
    """Whether the file itself says what its quantized codes stand for (deprecated)."""


def holds_codes(header: WeightHeader) -> bool:
    """Whether a file holds quantized integers, which are the codes of numbers."""
    return header.item_type.startswith(("quint", "qint"))


class Weights(Protocol):
    """Answers what data files there are."""

    def header(self, label: str) -> WeightHeader | None:
        """The header of the file of a label, None if there is none."""
        ...

    def labels(self) -> Sequence[str]:
        """The labels of all data files."""
        ...

    def any(self) -> bool | None:
        """Whether there are any data files; None if that cannot be known (a text without a folder, a folder too large)."""
        ...

    def quantized_types(self) -> Mapping[str, str]:
        """The data types that a graph.quant beside the graph gives to names."""
        ...

    def quantization(self) -> str | None:
        """The text of graph.quant, None if there is none."""
        ...

    def quantized(self) -> Collection[str]:
        """The names of the tensors that graph.quant has entries for."""
        ...

    def numbers(self, label: str) -> Iterator[float]:
        """The items of a label's data file in order, codes as they are; nothing of files that hold no numbers."""
        ...

    def resource(self, label: str, key: str) -> Value:
        """A value of a resource beside the graph; `MISSING` if it cannot be known.  Raises `NoResource`."""
        ...

    def submodel(self, label: str) -> Sequence[Tensor] | None:
        """The outputs of another model beside the graph; None if they cannot be known.  Raises `NoResource`."""
        ...


class NoWeights:
    """For a text that is not a file: nothing can be said of weights."""

    def header(self, label: str) -> WeightHeader | None:
        return None

    def labels(self) -> Sequence[str]:
        return ()

    def any(self) -> bool | None:
        return None

    def quantized_types(self) -> Mapping[str, str]:
        return {}

    def quantization(self) -> str | None:
        return None

    def quantized(self) -> Collection[str]:
        return ()

    def numbers(self, label: str) -> Iterator[float]:
        return iter(())

    def resource(self, label: str, key: str) -> Value:
        return MISSING

    def submodel(self, label: str) -> Sequence[Tensor] | None:
        return None
