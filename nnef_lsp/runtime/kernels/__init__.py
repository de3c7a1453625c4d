"""Kernels: the functions that compute operations, one file per family (twins of `model/shapes`).

    @kernel("conv")
    def conv(input, filter, bias, *, border, padding, stride, dilation, groups): ...

A kernel takes the tensor parameters positionally in the order of the declaration, as numpy arrays (rank 0 for a
literal, a list of arrays for an array of tensors), and the attributes as keywords by their declared names.  It returns
an array; a tuple for several results; a list for a result that is an array of tensors.  It never writes into its
inputs and may return views of them.  Scalars are float32 (or float64 when the run asks), integers int64, logicals bool.

A dialect adds kernels by putting a file beside these; there is no list to edit.

Not here: which operations exist, shapes before a run (`model`), fused and prepared forms (`runtime/prepared`).
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeVar

from ..arrays.dtypes import Array, Operand, Produced
from ..errors import KernelError

__all__ = ["Kernel", "KernelError", "kernel", "kernels"]


Function = Callable[..., Produced | tuple[Produced, ...]]
"""A kernel as it is written; which parameters it has is up to its operation."""
Marked = TypeVar("Marked", bound=Function)


class BoundKernel(Protocol):
    """From the inputs, and an array for the result if the kernel takes one, to one result per output."""

    def __call__(self, inputs: Sequence[Operand], out: Array | None = None) -> list[Produced]: ...


@dataclass(frozen=True, slots=True)
class Kernel:
    """A registered function and how it may be called.

    `out`: it takes a keyword `out`, an array for the (only) result, which may be one of the inputs of the same shape.
    `view`: it usually returns views of its inputs, so places are arranged for that; any kernel may, but where this is not
    set a view of memory that is used again is copied when it is seen (`execute.py`).  `dtype`: it takes a keyword `dtype`, the numpy type that the
    invocation's generic type stands for.
    """

    function: Function
    out: bool = False
    view: bool = False
    dtype: bool = False


def kernel(*operations: str, out: bool = False, view: bool = False, dtype: bool = False) -> Callable[[Marked], Marked]:
    """Register a function as the kernel of the operations named; a second kernel for one of them is refused."""

    def register(function: Marked) -> Marked:
        for operation in operations:
            if operation in _kernels:
                raise ValueError(f"operation '{operation}' has two kernels")
            _kernels[operation] = Kernel(function, out, view, dtype)
        return function

    return register


def kernels() -> dict[str, Kernel]:
    """All kernels by name of operation."""
    if not _loaded:
        for file in sorted(FOLDER.rglob("[!_]*.py")):  # a dialect's folder needs no __init__.py
            importlib.import_module(".".join((__name__, *file.relative_to(FOLDER).with_suffix("").parts)))
        _loaded.append(True)
    return _kernels


_kernels: dict[str, Kernel] = {}
_loaded: list[bool] = []
FOLDER = Path(__file__).parent
