"""One invocation of a flat graph with what it read and gave: as a model of its own, and by its definition."""

from __future__ import annotations

import inspect
import re
from collections.abc import Mapping
from math import prod
from typing import Any

import numpy as np

from nnef_lsp.conformance.case import literal
from nnef_lsp.conformance.reference import definitions
from nnef_lsp.model.flattening.flat_graph import Invocation, TensorName, tensor_names

_KINDS = {"f": "scalar", "i": "integer", "b": "logical"}
_NUDGED = ("linear_quantize", "min_max_linear_quantize", "zero_point_linear_quantize", "logarithmic_quantize")
"""Operations that round what they computed, so that an item near a half may go either way."""
RTOL, ATOL = 1e-4, 2e-5


def plain_name(name: str) -> str:
    """A tensor's name in a text: those inside of fragments have dots."""
    return re.sub(r"[^A-Za-z0-9_]", "_", name)


class Step:
    """An invocation; `fed` and `stored` are what its model reads, `results` what our plain kernels gave."""

    def __init__(self, invocation: Invocation, arrays: Mapping[str, Any], stored: set[str]) -> None:
        self.invocation, self.operation = invocation, invocation.operation
        self.attributes = invocation.attributes
        self.operands = [self._operand(item, arrays) for item in invocation.inputs]
        names = list(dict.fromkeys(tensor_names(invocation.inputs)))
        self.fed = {plain_name(name): arrays[name] for name in names if name not in stored}
        self.stored = {plain_name(name): arrays[name] for name in names if name in stored}
        self.results = {name: np.asarray(arrays[name]) for name in tensor_names(invocation.outputs)}
        if not self.fed:  # a graph has at least one input
            self.fed["unread"] = np.zeros(1, np.float32)
        self._verdict: list[str | None] = []

    def _operand(self, item: Any, arrays: Mapping[str, Any]) -> Any:
        if isinstance(item, TensorName):
            return np.asarray(arrays[item.name])
        if isinstance(item, list):
            return [self._operand(part, arrays) for part in item]
        return None if item is None else np.asarray(item)

    @property
    def ranks(self) -> list[int]:
        """Of the operands that are single tensors."""
        return [operand.ndim for operand in self.operands if isinstance(operand, np.ndarray)]

    def text(self) -> str:
        """The model: what it reads comes from outside, or is stored."""
        lines = [
            f"    {name} = external<{_KINDS[array.dtype.kind]}>(shape = {list(array.shape)});"
            for name, array in self.fed.items()
        ]
        lines += [
            f"    {name} = variable<{_KINDS[array.dtype.kind]}>(shape = {list(array.shape)}, label = '{name}');"
            for name, array in self.stored.items()
        ]
        lines.append(f"    {self.statement()}")
        results = ", ".join(map(plain_name, self.results))
        body = "\n".join(lines)
        return f"version 1.0;\n\ngraph g( {', '.join(self.fed)} ) -> ( {results} )\n{{\n{body}\n}}\n"

    def statement(self) -> str:
        """The invocation with all arguments."""
        left = ", ".join(_text(item) for item in self.invocation.outputs)
        generic = (
            f"<{self.invocation.generic}>"
            if self.invocation.generic and not tensor_names(self.invocation.inputs)
            else ""
        )
        arguments = [_text(item) for item in self.invocation.inputs]
        arguments += [f"{name} = {_text(value)}" for name, value in self.attributes.items()]
        return f"{left} = {self.operation}{generic}({', '.join(arguments)});"

    # ---- the definition

    def loops(self) -> int:
        """About how many items the plain loops of the definition visit."""
        window = self.attributes.get("size") or [1]
        if "conv" in self.operation:
            window = self.operands[1].shape[1:]
        axes = self.attributes.get("axes")
        items = sum(operand.size for operand in self.operands if isinstance(operand, np.ndarray)) if axes else 1
        return int(max(items, max((r.size for r in self.results.values()), default=1) * prod(window)))

    def defined(self) -> str | None:
        """What is wrong with our results by the definition: "" if nothing, None if it says nothing of them."""
        if not self._verdict:
            self._verdict.append(self._defined())
        return self._verdict[0]

    def _defined(self) -> str | None:
        variants = [_exact(self.operands)]
        if self.operation in _NUDGED:
            variants += [[_nudged(variants[0][0], by), *variants[0][1:]] for by in (1e-5, -1e-5)]
        if any(not np.isfinite(array).all() for array in _flat(variants[0])):
            return None
        wanted = [self._by_definition(operands) for operands in variants]
        if any(items is None for items in wanted):
            return None
        for at, (name, ours) in enumerate(self.results.items()):
            reason = _unlike(ours, [np.asarray(items[at]) for items in wanted if items is not None])
            if reason:
                return f"{name} {reason}"
        return ""

    def nudged(self, found: Any) -> bool:
        """Whether another engine's values are the definition's of inputs that differ in the last digits, item by item."""
        exact = _exact(self.operands)
        near = [self._by_definition([_nudged(exact[0], by), *exact[1:]]) for by in (0.0, 1e-5, -1e-5)]
        return all(near) and not _unlike(np.asarray(found), [np.asarray(items[0]) for items in near if items])

    def _by_definition(self, operands: list[Any]) -> list[Any] | None:
        definition = definitions().get(self.operation)
        if definition is None:
            return None
        given = {f"{key}_" if key in ("lambda",) else key: value for key, value in self.attributes.items()}
        if "generic" in inspect.signature(definition).parameters:
            given["generic"] = self.invocation.generic
        try:
            found = definition(*operands, **given)
        except (ArithmeticError, ValueError, OverflowError):
            return None
        return list(found) if isinstance(found, (list, tuple)) else [found]


def _text(value: Any) -> str:
    if isinstance(value, TensorName):
        return plain_name(value.name)
    if isinstance(value, list):
        return f"[{', '.join(map(_text, value))}]"
    return literal(value)


def _exact(operands: Any) -> Any:
    if isinstance(operands, list):
        return [_exact(item) for item in operands]
    return operands.astype(np.float64) if operands is not None and operands.dtype.kind == "f" else operands


def _nudged(array: Any, by: float) -> Any:
    return array + np.sign(array) * by * np.maximum(np.abs(array), 1.0)


def _flat(operands: Any) -> list[Any]:
    if isinstance(operands, list):
        return [array for item in operands for array in _flat(item)]
    return [] if operands is None else [operands]


def _unlike(ours: Any, wanted: list[Any]) -> str:
    """Why our array is none of these, item by item; empty if it is."""
    if ours.shape != wanted[0].shape:
        return f"has the shape {list(ours.shape)}, defined is {list(wanted[0].shape)}"
    a = ours.astype(np.float64)
    fits = np.zeros(ours.shape, bool)
    for array in wanted:
        b = array.astype(np.float64)
        scale = max(1.0, float(np.abs(b[np.isfinite(b)]).max(initial=0.0)))
        fits |= (a == b) | (np.abs(a - b) <= ATOL * scale + RTOL * np.abs(b))
    if fits.all():
        return ""
    at = tuple(int(i) for i in np.argwhere(~fits)[0])
    return f"{list(at)} is {ours[at]}, defined is {wanted[0][at]}"
