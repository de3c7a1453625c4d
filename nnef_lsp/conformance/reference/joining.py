"""Splitting and concatenation (4.5.3)."""

from __future__ import annotations

import numpy as np

from . import defines
from .grid import Array, Ints, indices
from .shaping import squeeze, unsqueeze


def section(value: Array, axis: int, first: int, count: int) -> Array:
    """value[:, first:first+count, :]"""
    output = np.empty([count if k == axis else extent for k, extent in enumerate(value.shape)], value.dtype)
    for index in indices(output.shape):
        output[index] = value[tuple(i + first if k == axis else i for k, i in enumerate(index))]
    return output


@defines("split")
def split(value: Array, *, axis: int, ratios: Ints) -> list[Array]:
    """values[i] = value[:, sigma[i]:sigma[i+1], :], the extents in proportion to the ratios"""
    unit = value.shape[axis] // sum(ratios)
    return [section(value, axis, unit * sum(ratios[:n]), unit * ratio) for n, ratio in enumerate(ratios)]


@defines("concat")
def concat(values: list[Array], *, axis: int) -> Array:
    """value[:, sigma[i]:sigma[i+1], :] = values[i]"""
    shape = [sum(v.shape[axis] for v in values) if k == axis else e for k, e in enumerate(values[0].shape)]
    output, first = np.empty(shape, values[0].dtype), 0
    for value in values:
        for index in indices(value.shape):
            output[tuple(i + first if k == axis else i for k, i in enumerate(index))] = value[index]
        first += value.shape[axis]
    return output


@defines("stack")
def stack(values: list[Array], *, axis: int) -> Array:
    """A singleton dimension is inserted at axis, then the tensors are concatenated along it"""
    return concat([unsqueeze(value, axes=[axis]) for value in values], axis=axis)


@defines("unstack")
def unstack(value: Array, *, axis: int) -> list[Array]:
    """Split to singleton slices along axis, then the singleton dimension is removed"""
    return [squeeze(section(value, axis, n, 1), axes=[axis]) for n in range(value.shape[axis])]
