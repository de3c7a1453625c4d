"""From an invocation to a call: finds the kernel and fixes its attributes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..model.flat import Invocation
from .arrays.dtypes import numpy_dtype
from .errors import failed
from .kernels import kernels


def bind(invocation: Invocation, scalar: str) -> Callable[..., list[Any]]:
    """A function from the input arrays (and an array for the result, if the kernel takes one) to one result per output."""
    found = kernels().get(invocation.operation)
    if found is None:
        raise failed(invocation, "this operation has no kernel, so the graph cannot be run here")
    function, attributes = found.function, dict(invocation.attributes)
    if found.dtype:
        attributes["dtype"] = numpy_dtype(invocation.generic or "scalar", scalar)
    several = len(invocation.outputs) > 1

    def call(inputs: list[Any], out: Any = None) -> list[Any]:
        results = function(*inputs, **attributes) if out is None else function(*inputs, out=out, **attributes)
        return list(results) if several else [results]

    return call
