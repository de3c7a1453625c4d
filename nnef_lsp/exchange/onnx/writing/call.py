"""An invocation as its translation sees it: operands as values, attributes, facts of results."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ....model.flattening.flat_graph import FlatGraph, Given, Invocation, Literal, TensorName, tensor_names
from ....model.values.tensor import ANY, Tensor
from ...errors import Inexpressible
from .graph_writer import GraphWriter
from .values import FLOATS, Extent, Extents, Value, element_of, numbers

Operand = Value | Literal
"""A tensor, or a literal in its place."""


class Call:
    """One invocation; `values` has what was written before."""

    def __init__(
        self, invocation: Invocation, graph: FlatGraph, writer: GraphWriter, values: Mapping[str, Value]
    ) -> None:
        self.invocation, self.graph, self.writer = invocation, graph, writer
        self._values = values

    # ---- Operands

    def tensor(self, place: int, element: int | None = None) -> Value:
        """A tensor operand; a literal becomes a constant of the given type, or of its own."""
        item = self.invocation.inputs[place]
        if isinstance(item, list) or item is None:
            raise Inexpressible("an operand is not a single tensor")
        return self.value(item, element)

    def value(self, item: TensorName | Literal, element: int | None = None) -> Value:
        """A tensor by its name, a literal as a constant."""
        if isinstance(item, TensorName):
            return self._values[item.name]
        if isinstance(item, str):
            raise Inexpressible("strings are not translated")
        return self.writer.constant(item, element)

    def literal(self, place: int) -> Literal:
        """The literal in place of a tensor, None if there is a tensor (or a constant of rank 0 is not known here)."""
        item = self.invocation.inputs[place]
        return None if isinstance(item, (TensorName, list)) else item

    def tensors(self, place: int) -> list[Value]:
        """The items of an array of tensors, in one data type."""
        item = self.invocation.inputs[place]
        items = item if isinstance(item, list) else [item]
        return self.common(*items)

    def operands(self, *places: int) -> list[Value]:
        """Tensor operands in one data type (all of them, if no places are given), each of its own rank."""
        chosen = places or tuple(range(len(self.invocation.inputs)))
        items = [self.invocation.inputs[place] for place in chosen]
        if any(isinstance(item, list) for item in items):
            raise Inexpressible("an operand is an array of tensors")
        return self.common(*(item for item in items if not isinstance(item, list)))

    def common(self, *items: TensorName | Literal) -> list[Value]:
        """Operands in one data type: that of the tensors; floating point, where one of them is."""
        tensors = [self._values[item.name] for item in items if isinstance(item, TensorName)]
        elements = [value.element for value in tensors]
        floats = [element for element in elements if element in FLOATS]
        wanted = next(iter(floats or elements), None)
        if wanted is not None and not floats and any(isinstance(item, float) for item in items):
            wanted = element_of("scalar")
        values = [self.value(item, wanted) for item in items]
        wanted = values[0].element if wanted is None else wanted
        return [self.cast(value, wanted) for value in values]

    def aligned(self, *places: int) -> list[Value]:
        """Operands in one data type and with the axes that NNEF's broadcasting gives them, so that ONNX's does the same."""
        return self.align(self.operands(*places))

    def align(self, values: Sequence[Value]) -> list[Value]:
        """Values with trailing axes of extent 1, as NNEF broadcasts; those that hold only one item stay as they are."""
        rank = max(value.rank for value in values)
        return [self.to_rank(value, rank) for value in values]

    def to_rank(self, value: Value, rank: int) -> Value:
        """The value with axes of extent 1 behind its own."""
        missing = rank - value.rank
        if missing < 0 and set(value.known_shape[rank:]) == {1}:
            return self.writer.view(value, value.known_shape[:rank])
        if missing <= 0 or all(extent == 1 for extent in value.known_shape):
            return value
        shape = (*value.known_shape, *([1] * missing))
        if value.items is not None or value.name in self.writer.stored:
            return self.writer.view(value, shape)
        return self.unsqueeze(value, range(value.rank, rank))

    def cast(self, value: Value, element: int) -> Value:
        """The value in another data type."""
        if value.element == element:
            return value
        if value.items is not None:
            return self.writer.constant(value.items, element)
        return self.writer.node("Cast", value, to=element)

    # ---- Attributes

    @property
    def attributes(self) -> Mapping[str, Any]:
        """Those of the invocation; raises `Inexpressible` if the run gives one of them."""
        if self.invocation.has_given:
            raise Inexpressible("an attribute's value is known only to the run")
        return self.invocation.attributes

    def ints(self, name: str) -> list[int]:
        """An attribute that is an array of integers; raises `Inexpressible` if one is symbolic."""
        items = self.attributes.get(name)
        return list(numbers(items, name)) if isinstance(items, (list, tuple)) else []

    def pairs(self, name: str) -> list[tuple[int, int]]:
        """An attribute that is an array of pairs of integers."""
        items = self.attributes.get(name)
        found = [numbers(item, name) for item in items] if isinstance(items, (list, tuple)) else []
        return [(pair[0], pair[1]) for pair in found]

    def number(self, name: str) -> float:
        """An attribute that is a number."""
        value = self.attributes.get(name)
        if not isinstance(value, (int, float)) or isinstance(value, Given):
            raise Inexpressible(f"'{name}' is not a number that is known before the run")
        return float(value)

    def whole(self, name: str) -> int:
        """An attribute that is an integer."""
        return int(self.number(name))

    def flag(self, name: str) -> bool:
        """An attribute that is a logical."""
        return bool(self.attributes.get(name))

    def text(self, name: str) -> str:
        """An attribute that is a string."""
        return self.invocation.text(name)

    # ---- Results

    def facts(self) -> list[Tensor]:
        """What is known of the results, arrays of tensors flattened."""
        return [self.graph.tensors.get(name, ANY) for name in tensor_names(self.invocation.outputs)]

    def result_shape(self, place: int = 0) -> Extents:
        """The shape of a result; symbolic extents as text."""
        fact = self.facts()[place]
        if fact.shape is None:
            raise Inexpressible("the rank of its result is known only when it runs")
        return tuple(extent_text(extent) for extent in fact.shape)

    def result_element(self, place: int = 0) -> int:
        """The data type of a result."""
        return element_of(self.facts()[place].dtype)

    # ---- What many translations write

    def unsqueeze(self, value: Value, axes: Sequence[int]) -> Value:
        """With new axes of extent 1; `axes` are places in the result."""
        if not len(axes):
            return value
        if self.writer.takes("Unsqueeze", "axes"):
            return self.writer.node("Unsqueeze", value, axes=list(axes))
        return self.writer.node("Unsqueeze", value, self.writer.integers(axes))

    def squeeze(self, value: Value, axes: Sequence[int]) -> Value:
        """Without axes of extent 1."""
        if not len(axes):
            return value
        fixed = [extent for axis, extent in enumerate(value.known_shape) if axis not in axes]
        if value.items is not None or value.name in self.writer.stored:
            return self.writer.view(value, tuple(fixed))
        if self.writer.takes("Squeeze", "axes"):
            return self.writer.node("Squeeze", value, axes=list(axes))
        return self.writer.node("Squeeze", value, self.writer.integers(axes))

    def reduce(self, operator: str, value: Value, axes: Sequence[int]) -> Value:
        """`ReduceSum` and the like; reduced axes stay with extent 1.  Over no axes it is the value itself."""
        if not len(axes):
            return value
        if self.writer.takes(operator, "axes"):
            return self.writer.node(operator, value, axes=sorted(set(axes)), keepdims=1)
        return self.writer.node(operator, value, self.writer.integers(sorted(set(axes))), keepdims=1)

    def transpose(self, value: Value, order: Sequence[int]) -> Value:
        """Axes in another order; nothing to do if it is theirs."""
        if list(order) == list(range(value.rank)):
            return value
        return self.writer.node("Transpose", value, perm=list(order))

    def slice(self, value: Value, axes: Sequence[int], starts: Sequence[int], ends: Sequence[int],
              steps: Sequence[int] = ()) -> Value:  # fmt: skip
        """A section; ONNX's meaning of starts and ends."""
        if self.writer.takes("Slice", "starts") and all(step == 1 for step in steps):
            return self.writer.node("Slice", value, axes=list(axes), starts=list(starts), ends=list(ends))
        integers = self.writer.integers
        strides = [integers(steps)] if any(step != 1 for step in steps) else []
        return self.writer.node("Slice", value, integers(starts), integers(ends), integers(axes), *strides)

    def pad(self, value: Value, padding: Sequence[tuple[int, int]], mode: str = "constant", fill: float = 0.0) -> Value:
        """By items that are none or more on each side."""
        if not any(p or q for p, q in padding):
            return value
        pads = [p for p, _ in padding] + [q for _, q in padding]
        if self.writer.takes("Pad", "pads") and value.element in FLOATS:
            kept = fill if mode == "constant" and fill else None
            return self.writer.node("Pad", value, mode=mode, pads=pads, value=kept)
        filled = [self.writer.constant(fill, value.element)] if fill else []
        return self.writer.node("Pad", value, self.writer.integers(pads), *filled, mode=mode)

    def split(self, value: Value, axis: int, sizes: Sequence[int]) -> list[Value]:
        """Parts along an axis."""
        if len(sizes) == 1:
            return [value]
        if self.writer.takes("Split", "split"):
            found = self.writer.node_with("Split", value, axis=axis, split=list(sizes), outputs=len(sizes))
        else:
            found = self.writer.node_with("Split", value, self.writer.integers(sizes), axis=axis, outputs=len(sizes))
        return found

    def scaled(self, value: Value, factor: float) -> Value:
        """Times a number."""
        if factor == 1:
            return value
        return self.writer.node("Mul", value, self.writer.constant(factor, value.element))

    def plus(self, value: Value, summand: float) -> Value:
        """And a number."""
        if summand == 0:
            return value
        return self.writer.node("Add", value, self.writer.constant(summand, value.element))

    def square(self, value: Value) -> Value:
        """The value times itself."""
        return self.writer.node("Mul", value, value)

    def full(self, array: Any, element: int) -> Value:
        """A constant of an array."""
        return self.writer.constant(np.asarray(array), element)


def extent_text(extent: object) -> Extent:
    """A number, or the text of a symbolic extent."""
    return extent if isinstance(extent, int) else str(extent)
