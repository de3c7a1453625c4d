"""Who owns the memory of a tensor during a run, the bytes that activations hold, and sizes that no run can have.

What a result shares memory with is seen from its address, never believed of a declaration: a kernel that returns a view
where none was expected costs a copy, not wrong numbers.
"""

from __future__ import annotations

import sys

import numpy as np

from ...model.flattening.flat_graph import tensor_names
from ..arrays.dtypes import Array, format_extents
from ..errors import failed
from ..planning.costs import extents, tensor_bytes
from ..planning.plan import Plan


class Memory:
    """Bytes that activations hold besides the arena; views of one array count once, views of the arena not at all."""

    def __init__(self, arena: Array | None = None) -> None:
        self.first = 0 if arena is None else address(arena)
        self.end = 0 if arena is None else self.first + arena.nbytes
        self.held: dict[int, list[int]] = {}
        self.now = self.peak = 0

    def in_arena(self, array: Array) -> bool:
        """Whether the array's items lie in the arena, whose places are written again when the plan says so."""
        return array.base is not None and self.first <= address(array) < self.end

    def add(self, array: Array) -> None:
        if self.in_arena(array):
            return
        base = owner(array)
        entry = self.held.setdefault(id(base), [0, base.nbytes])
        entry[0] += 1
        if entry[0] == 1:
            self.now += entry[1]
            if self.now > self.peak:
                self.peak = self.now

    def remove(self, array: Array) -> None:
        base = owner(array)
        entry = self.held.get(id(base))
        if entry is not None:
            entry[0] -= 1
            if not entry[0]:
                self.now -= self.held.pop(id(base))[1]


def address(array: Array) -> int:
    """Where the array's first item lies."""
    return int(array.__array_interface__["data"][0])


def owner(array: Array) -> Array:
    """The array that owns the memory of a view, as far as numpy's `base` tells (`as_strided` puts other objects there)."""
    while isinstance(array.base, np.ndarray):
        array = array.base
    return array


def refuse_unaddressable(plan: Plan) -> None:
    """Raise `RunError` for a tensor that no process can hold, whatever memory there is."""
    graph = plan.graph
    steps = [step.invocation for step in plan.steps]
    for invocation in (*plan.externals, *plan.variables, *steps):
        for name in tensor_names(invocation.outputs):
            size = tensor_bytes(graph.tensors.get(name))
            if size is not None and size > sys.maxsize:
                shape = format_extents(extents(graph.tensors[name]) or ())
                reason = (
                    f"its shape {shape} makes {size:.3g} bytes, more than a process can address ({sys.maxsize:.3g})"
                )
                raise failed(invocation, reason)
