"""What is known of a tensor before anything runs: its data type and its shape.

Facts are interned: two tensors of which the same is known are the same object, so that facts compare and hash by
identity, which is what makes the incremental analysis cheap.

Not here: attribute values (plain Python values, see `values.py`), the data of tensors (`archive`).
"""

from __future__ import annotations

from ..extents.dims import Dim, Shape, format_shape
from ..extents.interning import Interned
from .types import Type


class Opaque:
    """A value of which only the type is known; `type` is None when nothing is known."""

    __slots__ = ("type",)

    def __init__(self, type: Type | None = None) -> None:
        self.type = type

    def __repr__(self) -> str:
        return f"<{self.type or '?'}>"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Opaque) and self.type == other.type

    def __hash__(self) -> int:
        return hash(self.type)


NOTHING_KNOWN = Opaque()
Items = int | float | bool | str | None | Dim | Opaque | tuple["Items", ...]
"""Items of a constant: nested tuples in row-major order; of rank 0 the item itself."""


class Tensor:
    """Data type and shape of a tensor.

    `dtype` is NNEF's name of the data type ("scalar", "integer", "logical", "string"), a dialect's own ("f16", "i64",
    "tdim", ...), or "?" when it is not known.  `shape` is a tuple of extents, or None when not even the rank is known.
    `value` is what is known of the items of a small constant tensor (nested tuples in row-major order), else None.
    """

    __slots__ = ("dtype", "shape", "value")

    dtype: str
    shape: Shape | None
    value: Items

    def __repr__(self) -> str:
        return f"tensor<{self.dtype}>{format_shape(self.shape)}"

    @property
    def rank(self) -> int | None:
        """Number of axes, None when unknown."""
        return None if self.shape is None else len(self.shape)


_interned: Interned[tuple[str, Shape | None, Items, str | None], Tensor] = Interned()


def tensor(dtype: str, shape: Shape | None, value: Items = None) -> Tensor:
    """The one `Tensor` of this data type, shape and value."""
    key = (dtype, shape, value, repr(value) if value is not None else None)
    found = _interned.get(key)
    if found is None:
        found = Tensor()
        found.dtype, found.shape, found.value = dtype, shape, value
        found = _interned.keep(key, found)
    return found


ANY = tensor("?", None)
