"""Masks that compare positions along two axes of open extents, as a causal mask does: where they are made, who reads them.

    split_masks(graph)        # {"mask"}: tensors that say of each pair of positions whether one comes before the other

An engine that folds masks before it knows the extents may take such a one for a mask along a single axis.

Not here: which engine does, and what reads them then (`__init__.py` and the profiles).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from ..flattening.flat_graph import FlatGraph, Invocation, TensorName, ints_in
from ..operations.dialects import DIALECTS


class Along(NamedTuple):
    """What a tensor's items depend on: axes, the axis whose position they are (None if it is not that simple), whether
    they are all 0, and whether they are such a mask."""

    axes: frozenset[int] = frozenset()
    position: int | None = None
    zero: bool = False
    mask: bool = False

    def moved(self, move: Callable[[int], int]) -> Along:
        """The same after axes were renumbered."""
        place = None if self.position is None else move(self.position)
        return self._replace(axes=frozenset(map(move, self.axes)), position=place)


_SAME = ("copy", "cast", "not", "tile", "broadcast")
_LATER = {"le": 1, "lt": 1, "ge": 0}
"""Comparisons, and which operand is the later position where they hold."""


def split_masks(graph: FlatGraph) -> set[str]:
    """The names of such masks, and of what has been made of them without looking at other tensors."""
    known: dict[str, Along] = {}
    for invocation in graph.invocations:
        found = _of(graph, invocation, known)
        for output in invocation.outputs if found is not None else ():
            if isinstance(output, TensorName) and found is not None:
                known[output.name] = found
    return {name for name, along in known.items() if along.mask}


def _of(graph: FlatGraph, invocation: Invocation, known: dict[str, Along]) -> Along | None:
    operation = DIALECTS[graph.dialect].plain_name(invocation.operation.rpartition(":")[2])
    operands = [known.get(item.name) if isinstance(item, TensorName) else None for item in invocation.inputs]
    first = operands[0] if operands else None
    if operation == "constant":
        items = invocation.attributes.get("value")
        return Along(zero=isinstance(items, list) and all(item == 0 for item in items))
    if operation == "range":
        return _range(graph, invocation, operands)
    if first is None:
        return None
    if operation in _SAME:
        return first
    if operation in ("unsqueeze", "squeeze"):
        for axis in sorted(ints_in(invocation.attributes.get("axes")), reverse=operation == "squeeze"):
            first = first.moved(_shifted(axis, 1 if operation == "unsqueeze" else -1))
        return first
    if operation == "transpose":
        axes = ints_in(invocation.attributes.get("axes"))
        return first.moved(lambda axis: axes.index(axis) if axis in axes else axis)
    second = operands[1] if len(operands) > 1 else None
    if second is None or operation not in ("add", "sub", "mul", *_LATER):
        return None
    if operation in _LATER:
        later, sooner = (second, first) if _LATER[operation] else (first, second)
        return Along(first.axes | second.axes, mask=later.position is not None and bool(sooner.axes - later.axes))
    if operation in ("add", "sub") and second.zero:
        return first
    return second if operation == "add" and first.zero else Along(first.axes | second.axes)


def _range(graph: FlatGraph, invocation: Invocation, operands: list[Along | None]) -> Along | None:
    """Positions along an axis, if its extent is open and they begin at 0 (a step is rarely another than 1)."""
    output = invocation.outputs[0]
    fact = graph.tensors.get(output.name) if isinstance(output, TensorName) else None
    if fact is None or fact.shape is None or len(fact.shape) != 1 or isinstance(fact.shape[0], int):
        return None
    start = operands[0] if operands else None
    return Along(frozenset((0,)), 0 if start is not None and start.zero else None)


def _shifted(at: int, by: int) -> Callable[[int], int]:
    return lambda axis: axis + by if axis >= at else axis
