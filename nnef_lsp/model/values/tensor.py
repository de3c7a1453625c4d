"""What is known of a tensor before anything runs: its data type and its shape.

Facts are interned: two tensors of which the same is known are the same object, so that facts compare and hash by
identity, which is what makes the incremental analysis cheap.

Not here: attribute values (plain Python values, see `values.py`), the data of tensors (`archive`).
"""

from __future__ import annotations

from typing import Any

from ..extents.dims import Shape, format_shape


class Tensor:
    """Data type and shape of a tensor.

    `dtype` is NNEF's name of the data type ("scalar", "integer", "logical", "string"), a dialect's own ("f16", "i64",
    "tdim", ...), or "?" when it is not known.  `shape` is a tuple of extents, or None when not even the rank is known.
    `value` is what is known of the items of a small constant tensor (nested tuples in row-major order), else None.
    """

    __slots__ = ("dtype", "shape", "value")

    dtype: str
    shape: Shape | None
    value: Any

    def __repr__(self) -> str:
        return f"tensor<{self.dtype}>{format_shape(self.shape)}"

    @property
    def rank(self) -> int | None:
        """Number of axes, None when unknown."""
        return None if self.shape is None else len(self.shape)


_interned: dict[Any, Tensor] = {}


def tensor(dtype: str, shape: Shape | None, value: Any = None) -> Tensor:
    """The one `Tensor` of this data type, shape and value."""
    key = (dtype, shape, value, repr(value) if value is not None else None)
    found = _interned.get(key)
    if found is None:
        found = Tensor()
        found.dtype, found.shape, found.value = dtype, shape, value
        found = _interned.setdefault(key, found)  # another thread may have been faster
    return found


ANY = tensor("?", None)
