"""A node as its reader sees it: operands with known shapes, attributes, and statements to emit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from onnx import NodeProto, helper

from ...errors import Inexpressible
from .statements import Operand, Ref, Statement
from .tensors import Array, Known

FEW = 64
"""Items of a constant that is written in the text; more are stored."""
GENERIC = {
    "constant", "variable", "external", "cast", "select", "reshape", "squeeze", "unsqueeze", "transpose", "concat", "stack",
    "unstack", "split", "slice", "tile", "gather", "copy", "copy_n",
}  # fmt: skip


class Emitter:
    """What all nodes share: the statements so far, the arrays to store, and fragments that the text needs."""

    def __init__(self) -> None:
        self.statements: list[Statement] = []
        self.fragments: dict[str, str] = {}
        self.notes: dict[str, str] = {}
        self.scope = ""
        self.wanted: set[str] = set()
        self.arrays: list[tuple[Statement, Any]] = []
        self.variables: dict[tuple[str, tuple[int, ...]], Ref] = {}


class Node:
    """One node; `operands` and `results` are what is known of its inputs and outputs."""

    def __init__(
        self, proto: NodeProto, opset: int, operands: Sequence[Known | None], results: Sequence[Known], emitter: Emitter
    ) -> None:
        self.proto, self.opset, self.operands, self.results = proto, opset, operands, results
        self.emitter = emitter
        self._attributes = {item.name: item for item in proto.attribute}
        self._last: Statement | None = None

    # ---- Attributes

    def attribute(self, name: str, default: Any = None) -> Any:
        """An attribute as a plain value; bytes as text."""
        if name not in self._attributes:
            return default
        value = helper.get_attribute_value(self._attributes[name])
        if isinstance(value, bytes):
            return value.decode("utf-8", "replace")
        return list(value) if isinstance(value, (list, tuple)) or hasattr(value, "extend") else value

    def given(self, name: str, place: int) -> list[int] | None:
        """Integers that older versions have as an attribute and newer ones as an operand; None if there are none."""
        value = self.attribute(name)
        if value is None and self.has(place):
            value = self.items(place).reshape(-1).tolist()
        return None if value is None else [int(item) for item in (value if isinstance(value, list) else [value])]

    def is_read(self, place: int) -> bool:
        """Whether anything reads an output."""
        return place < len(self.results) and self.results[place].name in self.emitter.wanted

    # ---- Operands

    def has(self, place: int) -> bool:
        """Whether an operand is there."""
        return place < len(self.operands) and self.operands[place] is not None

    def known(self, place: int) -> Known:
        """What is known of an operand."""
        item = self.operands[place] if place < len(self.operands) else None
        if item is None:
            raise Inexpressible(f"its operand {place + 1} is missing")
        return item

    def shape(self, place: int = 0) -> tuple[int, ...]:
        """The shape of an operand."""
        return self.known(place).shape

    def rank(self, place: int = 0) -> int:
        """The rank of an operand."""
        return len(self.shape(place))

    def axis(self, default: int, rank: int | None = None, name: str = "axis") -> int:
        """An attribute that is an axis, counted from the front."""
        axis = int(self.attribute(name, default))
        rank = self.rank() if rank is None else rank
        return axis + rank if axis < 0 else axis

    def is_constant(self, place: int) -> bool:
        """Whether the items of an operand are known."""
        return self.known(place).items is not None

    def items(self, place: int) -> Array:
        """The items of an operand that must be a constant."""
        known = self.known(place)
        if known.items is None:
            raise Inexpressible(f"NNEF wants its operand '{known.name}' to be known before a run")
        return known.array()

    def number(self, place: int, default: float | None = None) -> float:
        """The only item of a constant operand."""
        if not self.has(place) and default is not None:
            return default
        items = self.items(place)
        if items.size != 1:
            raise Inexpressible(f"its operand {place + 1} has {items.size} items, not one")
        return float(items.reshape(-1)[0])

    def tensor(self, place: int = 0) -> Operand:
        """An operand as a tensor of the text; a constant becomes a literal, a constant or a variable."""
        return self.operand(self.known(place))

    def operand(self, known: Known, shape: tuple[int, ...] | None = None) -> Operand:
        """What stands for a tensor, a constant of another shape if that is asked for."""
        if known.items is None:
            if known.operand is None:
                raise Inexpressible(f"'{known.name}' comes from a node that could not be read")
            return known.operand
        if known.size == 1 and not (shape or known.shape):
            return scalar(known.array(), known.dtype)
        return self.stored(known, known.shape if shape is None else shape)

    def stored(self, known: Known, shape: tuple[int, ...]) -> Ref:
        """A variable for a constant, or `constant` for one of few items that the file does not store."""
        key = (known.name, shape)
        if key in self.emitter.variables:
            return self.emitter.variables[key]
        ref = Ref(shape, known.dtype, wanted=known.name)
        if known.size <= FEW and not known.stored:
            items = [plain(item) for item in known.array().reshape(-1).tolist()]
            if known.dtype == "scalar":
                items = [float(item) for item in items]
            same = len({repr(item) for item in items}) == 1
            if known.dtype == "scalar":
                items = [finite(item) for item in items]
            attributes = {"shape": list(shape), "value": items[:1] if same else items}
            self._add(Statement("constant", [ref], (), attributes, known.dtype, self.emitter.scope))
        else:
            statement = Statement(
                "variable", [ref], (), {"shape": list(shape)}, known.dtype, self.emitter.scope, known.name
            )
            self.emitter.arrays.append((statement, known))
            self._add(statement)
        self.emitter.variables[key] = ref
        return ref

    def array(self, items: Any, hint: str, dtype: str | None = None) -> Ref:
        """A constant of our own."""
        array = np.asarray(items)
        dtype = dtype or {"f": "scalar", "i": "integer", "u": "integer", "b": "logical"}[array.dtype.kind]
        if dtype == "scalar":
            array = array.astype(np.float32)
        first = next((name for name in self.proto.output if name), "")
        name = f"{first}/{hint}"
        element = helper.np_dtype_to_tensor_dtype(array.dtype)
        known = Known(name, element, array.shape, lambda: array)
        return self.stored(known, array.shape)

    def aligned(self, *places: int) -> list[Operand]:
        """Operands with the axes that NNEF's broadcasting wants, which aligns the first axes and ONNX the last."""
        return self.align([self.known(place) for place in places])

    def align(self, items: Sequence[Known]) -> list[Operand]:
        """The same of any tensors."""
        rank = max(len(item.shape) for item in items)
        return [self.to_rank(item, rank) for item in items]

    def to_rank(self, known: Known, rank: int) -> Operand:
        """With axes of extent 1 in front; a constant without those that it has behind, which NNEF adds itself."""
        if known.items is not None:
            if known.size == 1 and not known.stored:
                return scalar(known.array(), known.dtype)
            if known.size == 1:
                return scalar(known.array(), known.dtype) if not known.shape or rank else self.operand(known)
            return self.stored(known, trimmed((*([1] * (rank - len(known.shape))), *known.shape)))
        operand = self.operand(known)
        missing = rank - len(known.shape)
        if missing <= 0 or not isinstance(operand, Ref) or not known.shape:
            return operand
        return self.emit("unsqueeze", operand, axes=list(range(missing)), hint=f"{known.name}/unsqueeze")

    def real(self, operand: Operand) -> Operand:
        """Whole numbers and logicals as real ones, with which NNEF computes."""
        if isinstance(operand, Ref) and operand.dtype != "scalar":
            if operand.dtype == "integer":
                self.emitter.notes["integers"] = (
                    "whole numbers are computed as real ones, which are exact up to 16,777,216"
                )
            return self.emit("cast", operand, generic="scalar")
        return float(operand) if isinstance(operand, (int, bool)) else operand

    # ---- Statements

    def emit(
        self, operation: str, *operands: Operand | list[Operand], generic: str = "", dtype: str = "", hint: str = "", **attributes: Any,
    ) -> Ref:  # fmt: skip
        """Append a statement with one result, which is called as the node's output unless others follow."""
        ref = Ref((), dtype or generic or _dtype(operation, operands), hint=hint)
        self._add(Statement(operation, [ref], operands, _trimmed(attributes), generic, self.emitter.scope))
        return ref

    def emit_list(self, operation: str, operand: Operand, count: int, **attributes: Any) -> list[Ref]:
        """Append a statement whose result is an array of tensors."""
        refs = [Ref((), _dtype(operation, [operand])) for _ in range(count)]
        self._add(Statement(operation, [list(refs)], [operand], _trimmed(attributes), "", self.emitter.scope))
        return refs

    def emit_several(self, operation: str, *operands: Operand, results: int, **attributes: Any) -> list[Ref]:
        """Append a statement with several results."""
        refs = [Ref((), "scalar") for _ in range(results)]
        self._add(Statement(operation, list(refs), operands, _trimmed(attributes), "", self.emitter.scope))
        return refs

    def _add(self, statement: Statement) -> None:
        self.emitter.statements.append(statement)

    def squeezed(self, operand: Ref, axes: Sequence[int], keep: bool) -> Ref:
        """Without the axes that were reduced, unless they stay."""
        return operand if keep or not len(axes) else self.emit("squeeze", operand, axes=sorted(axes))


def _dtype(operation: str, operands: Sequence[Operand | list[Operand]]) -> str:
    """The data type of a result."""
    if operation in LOGICAL:
        return "logical"
    if operation in ("argmax_reduce", "argmin_reduce"):
        return "integer"
    position = 1 if operation == "select" else 0
    first: Any = operands[position] if len(operands) > position else None
    first = first[0] if isinstance(first, list) else first
    if operation == "select" and not isinstance(first, Ref) and isinstance(operands[2], Ref):
        first = operands[2]
    if isinstance(first, Ref):
        return first.dtype
    return "logical" if isinstance(first, bool) else "scalar"


LOGICAL = {"lt", "gt", "le", "ge", "eq", "ne", "and", "or", "not", "all_reduce", "any_reduce"}


def _trimmed(attributes: dict[str, Any]) -> dict[str, Any]:
    """Attributes of None are left out."""
    return {name: value for name, value in attributes.items() if value is not None}


def trimmed(shape: tuple[int, ...]) -> tuple[int, ...]:
    """A shape without axes of extent 1 at the end, which broadcasting adds."""
    while len(shape) > 1 and shape[-1] == 1:
        shape = shape[:-1]
    return shape


def scalar(array: Array, dtype: str) -> Operand:
    """The only item as a literal."""
    item: float | int | bool = plain(array.reshape(-1)[0].item())
    return finite(float(item)) if dtype == "scalar" else item


MOST = 3.4028234663852886e38
"""The largest number of 32 bits."""


def finite(number: float) -> float:
    """A number that NNEF can write: of infinity the largest that there is, which masks and maxima take for the same."""
    if np.isnan(number):
        raise Inexpressible("NNEF cannot write NaN")
    return float(np.clip(number, -MOST, MOST))


def plain(item: Any) -> Any:
    """A Python value."""
    return item.item() if hasattr(item, "item") else item
