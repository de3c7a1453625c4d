"""From an invocation to a call: finds the kernel and fixes its attributes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ...model.flattening.flat_graph import Given, Invocation, given_places
from ...model.operations.scope import owner_of
from ...model.values.tensor import Tensor
from ..arrays.dtypes import numpy_dtype
from ..errors import KernelError, failed
from . import kernels
from .custom import custom_call
from .without import WITHOUT


def bind(invocation: Invocation, scalar: str, tensors: Mapping[str, Tensor] | None = None) -> Callable[..., list[Any]]:
    """A function from the input arrays (and an array for the result, if the kernel takes one) to one result per output.

    `tensors` are the facts of the graph, which a project's own kernels are held to.  Raises `RunError`.
    """
    found = kernels().get(invocation.operation)
    if found is None:
        try:
            custom = custom_call(invocation, scalar, tensors)
        except KernelError as error:
            raise failed(invocation, error.message) from error
        if custom is None:
            raise failed(invocation, f"this operation has no kernel{_why(invocation.operation)}")
        return custom
    function, attributes = found.function, dict(invocation.attributes)
    if found.dtype:
        attributes["dtype"] = numpy_dtype(invocation.generic or "scalar", scalar)
    several = len(invocation.outputs) > 1
    if invocation.has_given:
        return _with_given(function, attributes, several)

    def call(inputs: list[Any], out: Any = None) -> list[Any]:
        results = function(*inputs, **attributes) if out is None else function(*inputs, out=out, **attributes)
        return list(results) if several else [results]

    return call


def _why(operation: str) -> str:
    """The reason, and which engine may have it."""
    reason = f" ({WITHOUT[operation]})" if operation in WITHOUT else ""
    owner = owner_of(operation)
    engine = owner.engine if owner is not None else ""
    if owner is None:
        return ": a project brings its own (docs/custom-operations.md)"
    return reason + (f"; --engine {engine} may run it" if engine else ", so the graph cannot be run here")


def _with_given(function: Callable[..., Any], attributes: dict[str, Any], several: bool) -> Callable[..., list[Any]]:
    """A call whose attributes are partly inputs: they stand behind the tensors that the operation declares."""
    first = min(given_places(attributes))

    def call(inputs: list[Any], out: Any = None) -> list[Any]:
        values = {name: _filled(value, inputs) for name, value in attributes.items()}
        results = function(*inputs[:first], **values) if out is None else function(*inputs[:first], out=out, **values)
        return list(results) if several else [results]

    return call


def _filled(value: Any, inputs: list[Any]) -> Any:
    """An attribute with inputs in the place of `Given`: a number for a single item, else a list."""
    if isinstance(value, Given):
        array = inputs[value.place]
        return array.item() if array.size == 1 else array.tolist()
    if isinstance(value, (list, tuple)):
        return type(value)(_filled(item, inputs) for item in value)
    return value
