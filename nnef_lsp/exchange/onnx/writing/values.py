"""A tensor of the ONNX graph that is being written, and the data types of both worlds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnx import TensorProto, helper

from ...errors import Inexpressible

Array = NDArray[Any]
Extent = int | str | None
"""A number, an expression of symbols, or not known."""
Extents = tuple[Extent, ...]

ELEMENTS: dict[str, int] = {
    "scalar": TensorProto.FLOAT, "integer": TensorProto.INT64, "logical": TensorProto.BOOL,
    "bool": TensorProto.BOOL, "f16": TensorProto.FLOAT16, "f32": TensorProto.FLOAT, "f64": TensorProto.DOUBLE,
    "tdim": TensorProto.INT64, "string": TensorProto.STRING,
    **{f"i{bits}": getattr(TensorProto, f"INT{bits}") for bits in (8, 16, 32, 64)},
    **{f"u{bits}": getattr(TensorProto, f"UINT{bits}") for bits in (8, 16, 32, 64)},
}  # fmt: skip
"""NNEF's names of data types, and a dialect's own, as ONNX's `TensorProto.DataType`."""
FLOATS = (TensorProto.FLOAT, TensorProto.DOUBLE, TensorProto.FLOAT16, TensorProto.BFLOAT16)


@dataclass(frozen=True, slots=True, eq=False)
class Value:
    """A tensor: its name, `TensorProto.DataType`, extents (None: not even the rank is known), and the items of a
    constant."""

    name: str
    element: int
    shape: Extents | None
    items: Array | None = None

    @property
    def rank(self) -> int:
        """Number of axes; raises `Inexpressible` if it is not known."""
        return len(self.known_shape)

    @property
    def known_shape(self) -> Extents:
        """The extents, some of which may be symbolic."""
        if self.shape is None:
            raise Inexpressible(f"the rank of '{self.name}' is known only when it runs")
        return self.shape

    @property
    def extents(self) -> tuple[int, ...]:
        """The extents, all of them numbers."""
        return numbers(self.known_shape, self.name)


def numbers(shape: Sequence[object], name: str) -> tuple[int, ...]:
    """The extents as numbers; raises `Inexpressible` for one that is symbolic."""
    found = []
    for extent in shape:
        if not isinstance(extent, int):
            raise Inexpressible(f"the extent '{extent}' of '{name}' is symbolic: give its symbols values with --set")
        found.append(extent)
    return tuple(found)


def element_of(dtype: str) -> int:
    """The `TensorProto.DataType` of a data type; raises `Inexpressible` if ONNX has none."""
    if dtype not in ELEMENTS:
        raise Inexpressible(f"ONNX has no data type for '{dtype}'")
    return ELEMENTS[dtype]


def type_text(element: int) -> str:
    """As ONNX's schemas write it: `tensor(float)`."""
    return f"tensor({_NAMES.get(element) or TensorProto.DataType.Name(element).lower()})"


_NAMES = {int(TensorProto.FLOAT): "float", int(TensorProto.DOUBLE): "double"}


def numpy_type(element: int) -> np.dtype[Any]:
    """The numpy type that holds its items."""
    return np.dtype(helper.tensor_dtype_to_np_dtype(element))


def array_of(items: Any, element: int | None = None) -> Array:
    """Items as an array of the given type, or of the one that NNEF's literals have (float32, int64, bool)."""
    array = np.asarray(items)
    if element is not None:
        return array.astype(numpy_type(element))
    if array.dtype.kind == "f" and not isinstance(items, np.ndarray):
        return array.astype(np.float32)
    if array.dtype.kind in "iu" and not isinstance(items, np.ndarray):
        return array.astype(np.int64)
    return array
