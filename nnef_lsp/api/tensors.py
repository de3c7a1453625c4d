"""The tensors, operations and weights of a model, looked at from Python."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..archive import ArchiveError
from ..archive.containers.model import Model as Files
from ..model.extents.dims import Dim
from ..model.values.tensor import Tensor
from ..model.values.values import Value
from .diagnostic import ModelError

if TYPE_CHECKING:
    import numpy as np

Extent = int | str | None
"""A number, an expression of symbols as a text, or None where nothing is known."""


@dataclass(frozen=True)
class TensorInfo:
    """What is known of a tensor before anything runs.

    `shape` is None where not even the rank is known.  `dtype` is the graph's own name: `scalar`, `integer`, `logical`, `string`,
    or a dialect's (`f16`, `i64`, `tdim`, ...), `?` when it is not known.
    """

    name: str
    dtype: str
    shape: tuple[Extent, ...] | None

    @property
    def rank(self) -> int | None:
        """Number of axes, None when it is not known."""
        return None if self.shape is None else len(self.shape)

    def __str__(self) -> str:
        extents = (
            "unknown" if self.shape is None else "[" + ", ".join("?" if e is None else str(e) for e in self.shape) + "]"
        )
        return f"{self.name}: {self.dtype} {extents}"


@dataclass(frozen=True)
class OperationInfo:
    """One invocation of the graph's own body.

    `inputs` and `outputs` are names of tensors, `attributes` what is written in the text, by name of parameter.
    """

    name: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    attributes: Mapping[str, str]
    line: int
    text: str


class Weights(Mapping[str, "np.ndarray[Any, np.dtype[Any]]"]):
    """The stored tensors by label.  An array is read when it is asked for, memory-mapped where the file allows, read-only;
    codes are the numbers that they stand for."""

    def __init__(self, files: Files, entries: Mapping[str, tuple[str, dict[str, Value]]]) -> None:
        self._files, self._entries = files, entries

    def __getitem__(self, label: str) -> np.ndarray[Any, np.dtype[Any]]:
        import numpy as np

        if not isinstance(label, str) or not self._files.has(label):
            raise KeyError(label)
        try:
            return np.asarray(self._files.tensor(label).real_values(self._entries.get(label)))
        except ArchiveError as error:
            raise ModelError(str(error).rstrip(".")) from error

    def shape(self, label: str) -> tuple[int, ...]:
        """The shape in the header of a file, without its items."""
        try:
            return self._files.header(label).shape
        except ArchiveError as error:
            raise ModelError(str(error).rstrip(".")) from error

    def __iter__(self) -> Iterator[str]:
        return iter(self._files.labels())

    def __len__(self) -> int:
        return len(self._files.labels())

    def __contains__(self, label: object) -> bool:
        return isinstance(label, str) and self._files.has(label)

    def __repr__(self) -> str:
        return f"<{len(self)} weights: {', '.join(list(self)[:4])}{', ...' if len(self) > 4 else ''}>"


def info(name: str, fact: Tensor) -> TensorInfo:
    """What is known of a tensor, for a reader."""
    shape = None if fact.shape is None else tuple(_extent(extent) for extent in fact.shape)
    return TensorInfo(name, fact.dtype, shape)


def _extent(extent: int | Dim) -> Extent:
    if isinstance(extent, int):
        return extent
    text = str(extent)
    return None if text == "?" else text
