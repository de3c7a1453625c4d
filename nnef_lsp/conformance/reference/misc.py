"""4.9.6 Miscellaneous operations, and those of 4.1 and 4.8 as far as a formula says what they give."""

from __future__ import annotations

import numpy as np

from . import defines
from .elementwise import copy
from .grid import Array, Ints, elementwise, indices


@defines("copy_n")
def copy_n(x: Array, *, times: int) -> list[Array]:
    """y = [x] * times"""
    return [copy(x) for _ in range(times)]


@defines("add_n")
def add_n(x: list[Array]) -> Array:
    """y = x[0] + add_n(x[1:])"""
    return elementwise(lambda *items: sum(items), *x)


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
