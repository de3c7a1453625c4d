"""Simulated quantization (7.1): the operations of graph.quant applied to each tensor after it is computed."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from ...model.flattening.flat_graph import FlatGraph
from ..arrays.dtypes import Array, literal
from ..errors import RunError
from ..kernels import kernels


def quantizer(graph: FlatGraph, scalar: str) -> Callable[[str, Array], Array]:
    """A function that quantizes a tensor by name, or returns it as it is."""
    entries = {name: _entry(name, *entry, scalar) for name, entry in graph.quantization.items()}

    def quantize(name: str, array: Array) -> Array:
        entry = entries.get(name)
        return array if entry is None or array.dtype.kind != "f" else entry(array)

    return quantize


def _entry(name: str, operation: str, arguments: dict[str, Any], scalar: str) -> Callable[[Array], Array]:
    """The kernel with its arguments: tensor parameters may be (nested) array literals (5.3)."""
    found = kernels().get(operation)
    if found is None:
        raise RunError(f"graph.quant quantizes '{name}' with '{operation}', which has no kernel", operation, name)
    tensors = {
        parameter.name
        for parameter in inspect.signature(found.function).parameters.values()
        if parameter.kind is parameter.POSITIONAL_OR_KEYWORD
    }
    bound = {key: literal(value, scalar) if key in tensors else value for key, value in arguments.items()}
    function = found.function
    return lambda array: function(array, **bound)
