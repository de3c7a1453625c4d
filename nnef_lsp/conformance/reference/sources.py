"""4.1 Operations that introduce tensors, and 4.8 variable updates."""

from __future__ import annotations

import numpy as np

from . import defines
from .grid import Array, Ints, indices


@defines("constant")
def constant(*, shape: Ints, value: list[float]) -> Array:
    """output is filled with values such that its row-major ordering equals the items in value; a single one is repeated"""
    output = np.empty(shape, np.asarray(value).dtype)
    for n, index in enumerate(indices(shape)):
        output[index] = value[n if len(value) > 1 else 0]
    return output


@defines("external")
def external(fed: Array) -> Array:
    """The tensor must be fed with input data before each execution"""
    return fed


@defines("variable")
def variable(stored: Array) -> Array:
    """The label links the result to externally stored tensor data"""
    return stored


@defines("update")
def update(variable: Array, value: Array) -> Array:
    """After all operations of the cycle the content of variable is replaced by value; the variable itself refers to its
    value at the beginning of the cycle; result is the new value"""
    return value
