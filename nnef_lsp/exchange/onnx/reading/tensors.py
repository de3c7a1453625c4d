"""Tensors of the ONNX graph as they are known before anything runs: type, shape, and the items of constants."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnx import TensorProto, TypeProto, helper

from ...errors import Inexpressible
from .statements import Operand

Array = NDArray[Any]
FLOATS = {TensorProto.FLOAT, TensorProto.DOUBLE, TensorProto.FLOAT16, TensorProto.BFLOAT16}
WHOLE = {
    getattr(TensorProto, f"{sign}INT{bits}") for sign in ("", "U") for bits in (4, 8, 16, 32, 64)
}  # fmt: skip


@dataclass(slots=True, eq=False)
class Known:
    """One tensor.  `items` gives those of a constant (of a large one a mapping of the file); `operand` is what stands for
    it in the text, once something does."""

    name: str
    element: int
    shape: tuple[int, ...]
    items: Callable[[], Array] | None = None
    operand: Operand | None = None
    stored: bool = False
    """Whether it is an initializer of the file, and not computed from such."""

    @property
    def dtype(self) -> str:
        """NNEF's data type."""
        return dtype_of(self.element)

    @property
    def size(self) -> int:
        """Number of items."""
        return int(np.prod(self.shape, dtype=np.int64)) if self.shape else 1

    def array(self) -> Array:
        """The items of a constant."""
        if self.items is None:
            raise Inexpressible(f"'{self.name}' is not a constant")
        return self.items()

    def type_proto(self) -> TypeProto:
        """Its type for ONNX's inference."""
        return helper.make_tensor_type_proto(self.element, self.shape)


def dtype_of(element: int) -> str:
    """NNEF's data type of an ONNX type."""
    if element in FLOATS:
        return "scalar"
    if element in WHOLE:
        return "integer"
    if element == TensorProto.BOOL:
        return "logical"
    if element == TensorProto.STRING:
        raise Inexpressible("tensors of strings have no counterpart in NNEF")
    name = TensorProto.DataType.Name(element) if element in TensorProto.DataType.values() else str(element)
    raise Inexpressible(f"the data type {name} has no counterpart in NNEF")


def shape_of(kind: TypeProto, name: str) -> tuple[int, ...] | None:
    """The extents of a tensor's type, None if one is not known.  Raises `Inexpressible` for other things than tensors."""
    which = kind.WhichOneof("value")
    if which != "tensor_type":
        raise Inexpressible(f"'{name}' is a {which and which.removesuffix('_type')}, and NNEF has nothing but tensors")
    if not kind.tensor_type.HasField("shape"):
        return None
    dims = kind.tensor_type.shape.dim
    extents = [dim.dim_value if dim.HasField("dim_value") else -1 for dim in dims]
    return None if any(extent < 0 for extent in extents) else tuple(extents)
