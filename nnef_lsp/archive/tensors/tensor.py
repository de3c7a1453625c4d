"""What every tensor offers, whichever file it comes from.

Here: the `Tensor` interface and `ForeignTensor`, a tensor of another format. Not here: the formats.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from nnef_lsp.archive.tensors.items import Shape

if TYPE_CHECKING:
    from nnef_lsp.archive.arrays import Array


class Tensor(Protocol):
    """`TensorFile` and `ForeignTensor`. `bytes` is the size on disk (header included if the file has one)."""

    @property
    def where(self) -> str: ...
    @property
    def shape(self) -> Shape: ...
    @property
    def item_type(self) -> str: ...
    @property
    def nnef_type(self) -> str: ...
    @property
    def bytes(self) -> int: ...
    @property
    def notices(self) -> tuple[str, ...]: ...
    def array(self) -> Array: ...


@dataclass(frozen=True)
class ForeignTensor:
    """A tensor of a foreign file; `load` reads its items. `item_type` is the file's own word, such as 'bfloat16'."""

    where: str
    shape: Shape
    item_type: str
    bytes: int
    load: Callable[[], Array]
    notices: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        return math.prod(self.shape)

    @property
    def nnef_type(self) -> str:
        if self.item_type.startswith(("int", "uint")):
            return "integer"
        return {"bool": "logical", "string": "string"}.get(self.item_type, "scalar")

    def array(self) -> Array:
        """The items, read-only, memory-mapped where the format allows."""
        return self.load()
