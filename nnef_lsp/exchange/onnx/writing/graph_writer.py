"""Nodes of an ONNX graph, one after the other, each with the types that ONNX's own schemas infer for its outputs.

    writer = GraphWriter(opset=7)
    y = writer.node("Relu", x)

The lowest version of the operator set that allows all nodes is found by trying: a node that its version does not allow
(no such operator, attribute, number of inputs, or data type) raises `NeedsOpset` with the first one that does.

Not here: what an operation is written as (the translations), what is around the graph (`exporting.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

import numpy as np
from onnx import NodeProto, TensorProto, TypeProto, defs, helper, numpy_helper, shape_inference

from ...errors import Inexpressible
from .values import Array, Extents, Value, array_of, type_text

FIRST_OPSET = 7
"""The first with today's broadcasting, and the lowest that runtimes still promise to run."""
IR_VERSION = 4
"""The first in which initializers need not be inputs."""
LARGE = 1024
"""Constants of more items say nothing of shapes."""


class NeedsOpset(Exception):
    """A node needs a newer version of the operator set."""

    def __init__(self, version: int) -> None:
        super().__init__(version)
        self.version = version


@dataclass(slots=True)
class Stored:
    """A tensor of the model's files: `label` in NNEF, `shape` as its nodes want it."""

    label: str
    name: str
    element: int
    shape: tuple[int, ...]


class GraphWriter:
    """The graph so far: `nodes`, `constants` (by name), and `stored` tensors (by name)."""

    def __init__(self, opset: int, taken: Iterable[str] = ()) -> None:
        self.opset = opset
        self.nodes: list[NodeProto] = []
        self.constants: dict[str, Array] = {}
        self.stored: dict[str, Stored] = {}
        self.taken = set(taken)
        self.prefix = "value"
        self._shared: dict[tuple[str, tuple[int, ...], bytes], Value] = {}
        self._views: dict[str, dict[tuple[int, ...], str]] = {}
        self._imports = [helper.make_opsetid("", opset)]

    # ---- Names

    def fresh(self, hint: str = "") -> str:
        """A name that nothing has yet: that of the tensor in the making, and a hint."""
        name = f"{self.prefix}/{hint}" if hint else self.prefix
        count = 1
        while name in self.taken:
            count += 1
            name = f"{self.prefix}/{hint}_{count}"
        self.taken.add(name)
        return name

    # ---- Constants

    def constant(self, items: Any, element: int | None = None, hint: str = "constant") -> Value:
        """A constant; one of the same items is used again."""
        array = array_of(items, element)
        key = (str(array.dtype), array.shape, array.tobytes())
        found = self._shared.get(key)
        if found is None:
            element = helper.np_dtype_to_tensor_dtype(array.dtype)
            found = self._shared[key] = Value(self.fresh(hint), element, array.shape, array)
        return found

    def integers(self, items: Sequence[int], hint: str = "constant") -> Value:
        """A constant of rank 1 of 64-bit integers."""
        return self.constant(np.array(list(items), np.int64), hint=hint)

    def variable(self, label: str, name: str, element: int, shape: tuple[int, ...]) -> Value:
        """A tensor that is stored in the model's files."""
        self.stored[name] = Stored(label, name, element, shape)
        return Value(name, element, shape)

    # ---- Nodes

    def node(self, operator: str, *inputs: Value | None, **attributes: Any) -> Value:
        """Append a node and give its output.

        Attributes of None are left out.  Raises `NeedsOpset`, or `Inexpressible` if no version allows it.
        """
        (value,) = self.node_with(operator, *inputs, outputs=1, **attributes)
        return value

    def node_with(self, operator: str, *inputs: Value | None, outputs: int, **attributes: Any) -> list[Value]:
        """Append a node and give its outputs."""
        attributes = {key: value for key, value in attributes.items() if value is not None}
        schema = self._schema(operator, inputs, attributes, outputs)
        names = [self.fresh(operator) for _ in range(outputs)]
        node = helper.make_node(
            operator, ["" if item is None else item.name for item in inputs], names, names[0], **attributes
        )
        types = {item.name: type_proto(item) for item in inputs if item is not None}
        data = {
            item.name: numpy_helper.from_array(item.items)
            for item in inputs
            if item is not None and item.items is not None and item.items.size <= LARGE
        }
        try:
            found = shape_inference.infer_node_outputs(
                schema, node, types, data, opset_imports=self._imports, ir_version=IR_VERSION
            )
        except Exception as error:  # onnx raises its own errors, of several kinds, for operands that do not fit
            raise Inexpressible(f"ONNX's {operator} does not take these operands: {_reason(error)}") from error
        for item in inputs:
            if item is not None and item.items is not None:
                self.constants.setdefault(item.name, item.items)
        self.nodes.append(node)
        return [_value(name, found.get(name)) for name in names]

    def takes(self, operator: str, attribute: str) -> bool:
        """Whether an operator has an attribute in this version."""
        return attribute in _schema_of(operator, self.opset).attributes

    def _schema(
        self, operator: str, inputs: Sequence[Value | None], attributes: Mapping[str, Any], outputs: int
    ) -> Any:
        elements = tuple(None if item is None else item.element for item in inputs)
        least = max(self.opset, _least(operator, inputs))
        fitting = _fitting(operator, least, elements, tuple(sorted(attributes)), outputs)
        if fitting is None:
            types = ", ".join(sorted({type_text(element) for element in elements if element is not None}))
            raise Inexpressible(f"ONNX's {operator} takes no operands of {types}")
        schema, version = fitting
        if version > self.opset:
            raise NeedsOpset(version)
        return schema

    # ---- Other names and shapes of values

    def view(self, value: Value, shape: Extents, hint: str = "Reshape") -> Value:
        """The value in another shape of as many items: of a constant or stored tensor by changing its header."""
        if value.shape == shape:
            return value
        if value.items is not None:
            return self.constant(value.items.reshape(tuple(int(e) for e in shape if e is not None)), hint="constant")
        fixed = tuple(e for e in shape if isinstance(e, int))
        if value.name in self.stored and len(fixed) == len(shape):
            views = self._views.setdefault(value.name, {})
            if fixed not in views:
                self.taken.add(views.setdefault(fixed, self.fresh(f"{value.name}.view")))
            return Value(views[fixed], value.element, fixed)
        return self.reshape(value, shape)

    def reshape(self, value: Value, shape: Extents) -> Value:
        """By a node.  Symbolic extents must be those of the same axis of the value, but for one."""
        own = value.known_shape
        wanted: list[int] = []
        for axis, extent in enumerate(shape):
            if isinstance(extent, int):
                wanted.append(extent)
            elif axis < len(own) and own[axis] == extent and extent is not None:
                wanted.append(0)
            elif -1 not in wanted:
                wanted.append(-1)
            else:
                raise Inexpressible(f"two symbolic extents of the shape {list(shape)} are not those of the operand")
        reshaped = self.node("Reshape", value, self.integers(wanted))
        return Value(reshaped.name, reshaped.element, shape)

    def settle_views(self) -> None:
        """Give stored tensors the shape in which they are used if it is the only one, else reshape them by nodes."""
        used = {name for node in self.nodes for name in node.input}
        renamed: dict[str, str] = {}
        first: list[NodeProto] = []
        for name, views in self._views.items():
            wanted = {shape: view for shape, view in views.items() if view in used}
            if name not in used and len(wanted) == 1:
                ((shape, view),) = wanted.items()
                self.stored[name].shape, renamed[view] = shape, name
                continue
            for shape, view in wanted.items():
                extents = self.integers(shape)
                assert extents.items is not None
                self.constants.setdefault(extents.name, extents.items)
                first.append(helper.make_node("Reshape", [name, extents.name], [view], view))
        for node in self.nodes:
            for position, name in enumerate(node.input):
                if name in renamed:
                    node.input[position] = renamed[name]
        self.nodes[:0] = first

    def rename(self, start: int, old: str, new: str) -> None:
        """Call the output of a node from `start` on as the tensor is called; nodes that read it follow."""
        for node in self.nodes[start:]:
            for names in (node.input, node.output):
                for position, name in enumerate(names):
                    if name == old:
                        names[position] = new
            if node.name == old:
                node.name = new


def type_proto(value: Value) -> TypeProto:
    """The type of a value."""
    return helper.make_tensor_type_proto(value.element, None if value.shape is None else list(value.shape))


def _value(name: str, found: TypeProto | None) -> Value:
    if found is None:
        raise Inexpressible("its type cannot be inferred")
    kind = found.tensor_type
    if not kind.HasField("shape"):
        return Value(name, kind.elem_type, None)
    return Value(name, kind.elem_type, tuple(_extent(dim) for dim in kind.shape.dim))


def _extent(dim: Any) -> int | str | None:
    which: Literal["dim_value", "dim_param"] | None = dim.WhichOneof("value")
    return None if which is None else getattr(dim, which)


def _reason(error: Exception) -> str:
    return " ".join(str(error).split())[:200]


VARIADIC = ("Max", "Min", "Sum", "Mean")
"""Broadcast from version 8 on.  Types other than float32 came to their schemas before runtimes computed them."""


def _least(operator: str, inputs: Sequence[Value | None]) -> int:
    """The first version in which an operator computes what a node needs, beyond what its schema says."""
    if operator not in VARIADIC:
        return 0
    if operator in ("Max", "Min") and any(item is not None and item.element != TensorProto.FLOAT for item in inputs):
        return 12
    return 0 if len({item.shape for item in inputs if item is not None}) == 1 else 8


@cache
def _schema_of(operator: str, opset: int) -> Any:
    return defs.get_schema(operator, opset, "")


@cache
def _fitting(
    operator: str, opset: int, elements: tuple[int | None, ...], attributes: tuple[str, ...], outputs: int
) -> tuple[Any, int] | None:
    """The schema of the first version from `opset` on that allows a node, and that version."""
    for version in range(opset, defs.onnx_opset_version() + 1):
        try:
            schema = _schema_of(operator, version)
        except defs.SchemaError:
            continue
        if not schema.deprecated and outputs <= schema.max_output and _allows(schema, elements, attributes):
            return schema, version
    return None


def _allows(schema: Any, elements: tuple[int | None, ...], attributes: tuple[str, ...]) -> bool:
    if not schema.min_input <= len(elements) <= schema.max_input:
        return False
    if not set(attributes) <= set(schema.attributes):
        return False
    allowed = {item.type_param_str: set(item.allowed_type_strs) for item in schema.type_constraints}
    for position, element in enumerate(elements):
        formal = schema.inputs[min(position, len(schema.inputs) - 1)]
        types = allowed.get(formal.type_str, {formal.type_str})
        if element is not None and type_text(element) not in types:
            return False
    return True
