"""Which numpy type holds which NNEF type, and literals as arrays.

A run has one float type for NNEF's scalar: float32 unless it asks for float64 (for reference results).
"""

from __future__ import annotations

from collections.abc import Iterable
from types import EllipsisType
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
Dtype = np.dtype[Any]
Operand = Array | list[Array] | None
"""What a kernel takes for a tensor parameter; None where it is left out."""
Produced = Array | list[Array]
"""What a kernel returns for a result; a list for one that is an array of tensors."""
Part = int | slice | Array | None | EllipsisType
"""A part of an index."""

_FIXED = {
    "integer": "int64", "logical": "bool", "tdim": "int64", "bool": "bool", "string": "object",
    "f16": "float16", "f32": "float32", "f64": "float64", "complexf32": "complex64", "complexf64": "complex128",
    **{f"{sign}{bits}": f"{'u' if sign == 'u' else ''}int{bits}" for sign in "iu" for bits in (8, 16, 32, 64)},
}  # fmt: skip


def numpy_dtype(name: str, scalar: str = "float32") -> Dtype | None:
    """The numpy type of an NNEF (or dialect) data type; None where it is not known, e.g. for "?"."""
    if name == "scalar":
        return np.dtype(scalar)
    fixed = _FIXED.get(name)
    return None if fixed is None else np.dtype(fixed)


def literal(value: object, scalar: str = "float32") -> Array:
    """A literal in place of a tensor: an array of rank 0 (or of the rank of nested lists)."""
    array = np.asarray(value)
    if array.dtype.kind == "f":
        return array.astype(scalar)
    if array.dtype.kind == "i":
        return array.astype(np.int64)
    return array.astype(object) if array.dtype.kind == "U" else array


def lowest(dtype: Dtype) -> np.generic | bool | int:
    """What loses every comparison: minus infinity, the least integer, or False."""
    if dtype.kind == "f":
        lowest: np.generic = dtype.type(-np.inf)
        return lowest
    return False if dtype.kind == "b" else np.iinfo(dtype).min


def as_common(*arrays: Array) -> tuple[Array, ...]:
    """The arrays with one data type: an integer literal beside floats becomes a float of *their* width.

    numpy alone would make float64 of float32 and int64, which doubles the memory of a whole network.
    """
    first = arrays[0].dtype
    if all(array.dtype == first for array in arrays):
        return arrays
    floats = [array.dtype for array in arrays if array.dtype.kind == "f"]
    wanted = np.result_type(*floats) if floats else np.result_type(*[array.dtype for array in arrays])
    return tuple(array.astype(wanted, copy=False) for array in arrays)


def format_extents(extents: Iterable[object]) -> str:
    """A shape as it is written in NNEF: `[1, 3, 8]`."""
    return "[" + ", ".join(map(str, extents)) + "]"


def at(*parts: Part) -> tuple[Part, ...]:
    """An index of several parts; numpy's type stubs and Python 3.10's syntax both stumble over `a[(x, *parts)]`."""
    return parts
