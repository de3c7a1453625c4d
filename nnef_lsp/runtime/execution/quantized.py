"""Simulated quantization (7.1): the operations of graph.quant applied to each tensor after it is computed."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping

import numpy as np

from ...model.flattening.flat_graph import FlatGraph
from ...model.values.values import Value
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


def _entry(name: str, operation: str, arguments: Mapping[str, Value], scalar: str) -> Callable[[Array], Array]:
    """The kernel with its arguments: tensor parameters may be (nested) array literals (5.3)."""
    found = kernels().get(operation)
    if found is None:
        raise RunError(f"graph.quant quantizes '{name}' with '{operation}', which has no kernel", operation, name)
    tensors = {
        parameter.name
        for parameter in inspect.signature(found.function).parameters.values()
        if parameter.kind is parameter.POSITIONAL_OR_KEYWORD
    }
    bound: dict[str, Array | Value] = dict(arguments)
    for key in tensors & bound.keys():
        bound[key] = literal(arguments[key], scalar)
    function = found.function
    return lambda array: np.asarray(function(array, **bound))
