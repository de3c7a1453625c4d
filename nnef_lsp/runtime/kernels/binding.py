"""From an invocation to a call: finds the kernel and fixes its attributes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from ...model.flattening.flat_graph import Attribute, Given, Invocation, Output, TensorName, given_places
from ...model.operations.scope import owner_of
from ...model.values.tensor import Tensor
from ..arrays.dtypes import Array, Dtype, Operand, Produced, numpy_dtype
from ..errors import KernelError, failed
from . import BoundKernel, Function, kernels
from .custom import custom_call
from .without import WITHOUT


def bind(invocation: Invocation, scalar: str, tensors: Mapping[str, Tensor] | None = None) -> BoundKernel:
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
    function = found.function
    attributes: dict[str, Attribute | Dtype] = dict(invocation.attributes)
    if found.dtype:
        attributes["dtype"] = numpy_dtype(invocation.generic or "scalar", scalar)
    several = len(invocation.outputs) > 1
    if invocation.has_given:
        return _with_given(function, attributes, several)

    def call(inputs: Sequence[Operand], out: Array | None = None) -> list[Produced]:
        results = function(*inputs, **attributes) if out is None else function(*inputs, out=out, **attributes)
        return _each(results, several)

    return call


def _why(operation: str) -> str:
    """The reason, and which engine may have it."""
    reason = f" ({WITHOUT[operation]})" if operation in WITHOUT else ""
    owner = owner_of(operation)
    engine = owner.engine if owner is not None else ""
    if owner is None:
        return ": a project brings its own (docs/custom-operations.md)"
    return reason + (f"; --engine {engine} may run it" if engine else ", so the graph cannot be run here")


def _with_given(function: Function, attributes: Mapping[str, Attribute | Dtype], several: bool) -> BoundKernel:
    """A call whose attributes are partly inputs: they stand behind the tensors that the operation declares."""
    first = min(
        place for value in attributes.values() if not isinstance(value, np.dtype) for place in given_places(value)
    )

    def call(inputs: Sequence[Operand], out: Array | None = None) -> list[Produced]:
        values = {
            name: value if isinstance(value, np.dtype) else _filled(value, inputs) for name, value in attributes.items()
        }
        results = function(*inputs[:first], **values) if out is None else function(*inputs[:first], out=out, **values)
        return _each(results, several)

    return call


def _each(results: Produced | tuple[Produced, ...], several: bool) -> list[Produced]:
    """One for each result of the declaration."""
    return list(results) if several or isinstance(results, tuple) else [results]


def named(outputs: Sequence[Output], produced: Sequence[Produced]) -> Iterator[tuple[str, Array]]:
    """The arrays that a call gave by the names of its results, arrays of tensors item by item."""
    for output, value in zip(outputs, produced, strict=True):
        if isinstance(output, TensorName):
            assert not isinstance(value, list)
            yield output.name, value
        else:
            yield from zip([item.name for item in output], value, strict=True)


def _filled(value: Attribute, inputs: Sequence[Operand]) -> Attribute:
    """An attribute with inputs in the place of `Given`: a number for a single item, else a list."""
    if isinstance(value, Given):
        array = inputs[value.place]
        assert isinstance(array, np.ndarray)
        found: Attribute = array.item() if array.size == 1 else array.tolist()
        return found
    if isinstance(value, (list, tuple)):
        return type(value)(_filled(item, inputs) for item in value)
    return value
