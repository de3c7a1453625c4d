"""Memory that nobody may read any more, made to show: what is still read of it ends as NaN in the result.

The places of the arena are filled when the last call that touches them is over, and all of them before a run; results
are filled before a kernel writes them; kernels get inputs that they cannot write to.  Slower, and the same numbers:
`nnef-lsp run --poison`, and every test (`NNEF_LSP_POISON=1`).
"""

from __future__ import annotations

import os

import numpy as np

from ..arrays.dtypes import Array, Operand
from .program import Program

VARIABLE = "NNEF_LSP_POISON"


def asked_for() -> bool:
    """Whether the environment asks for poison in every run."""
    return os.environ.get(VARIABLE, "") not in ("", "0")


class Poison:
    """The places of a program by the index of the call after which each is free."""

    def __init__(self, program: Program) -> None:
        self.arena = program.arena
        self.free: dict[int, list[slice]] = {}
        for place in program.places:
            self.free.setdefault(place.last, []).append(slice(place.offset, place.offset + place.bytes))

    def everything(self) -> None:
        """Before a run nothing in the arena has a meaning."""
        if self.arena is not None:
            self.arena.fill(0xFF)

    def after(self, call: int) -> None:
        """The call of that index is over.  Bytes of 0xFF are NaN in every float type, and -1 or the largest integer."""
        for place in self.free.get(call, ()):
            assert self.arena is not None
            self.arena[place] = 0xFF


def spoiled(array: Array) -> Array:
    """The new array filled with what no result should hold."""
    kind = array.dtype.kind
    if kind in "fc":
        array.fill(np.nan)
    elif kind in "iu":
        array.fill(np.iinfo(array.dtype).max)
    return array


def sealed(value: Operand) -> Operand:
    """An input (or a list of them) that a kernel can read but not write."""
    if isinstance(value, list):
        return [_sealed(item) for item in value]
    return None if value is None else _sealed(value)


def _sealed(array: Array) -> Array:
    view: Array = np.asarray(array).view()  # some of numpy's functions give a scalar of rank 0
    view.setflags(write=False)
    return view
