"""4.3.4 Up and down-sampling."""

from __future__ import annotations

from fractions import Fraction
from math import floor

import numpy as np

from . import defines
from .grid import Array, Ints, extended, indices
from .pooling import box, debox


@defines("nearest_downsample")
def nearest_downsample(input: Array, *, factor: Ints) -> Array:
    """output = box(input, size = [1] * dims, stride = [1,1] + factor, padding = [(0,0)] * dims)"""
    return box(input, size=[1] * input.ndim, stride=[1, 1, *factor], padding=[(0, 0)] * input.ndim)


@defines("area_downsample")
def area_downsample(input: Array, *, factor: Ints) -> Array:
    """output = box(input, size = [1,1] + factor, stride = [1,1] + factor, padding = [(0,0)] * dims, normalize = true)"""
    size = [1, 1, *factor]
    return box(input, size=size, stride=size, padding=[(0, 0)] * input.ndim, normalize=True)


@defines("nearest_upsample")
def nearest_upsample(input: Array, *, factor: Ints) -> Array:
    """output = debox(input, size = [1,1] + factor, stride = [1,1] + factor, padding = [(0,0)] * dims)"""
    size = [1, 1, *factor]
    return debox(input, size=size, stride=size, padding=[(0, 0)] * input.ndim)


@defines("multilinear_upsample")
def multilinear_upsample(input: Array, *, factor: Ints, method: str = "symmetric", border: str = "replicate") -> Array:
    """output[i] = (1 - u(i)) * input~[j(i)] + u(i) * input~[j(i) + 1], where j and u are the whole part and the fraction
    of i / f ('asymmetric'), (i - (f - 1) / 2) / f ('symmetric') or i * (x - 1) / (x * f - 1) ('aligned')"""
    output = np.zeros((*input.shape[:2], *(x * f for x, f in zip(input.shape[2:], factor, strict=True))))
    for index in indices(output.shape):
        at = [upsample_position(i, x, f, method) for i, x, f in zip(index[2:], input.shape[2:], factor, strict=True)]
        output[index] = interpolated(input[index[:2]], at, border)
    return output


def upsample_position(i: int, x: int, f: int, method: str) -> Fraction:
    """Where output i lies between the input's items."""
    if method == "asymmetric":
        return Fraction(i, f)
    if method == "symmetric":
        return (i - Fraction(f - 1, 2)) / f
    if method == "aligned":
        return Fraction(i * (x - 1), x * f - 1)
    raise ValueError(f"there is no method '{method}'")


def interpolated(plane: Array, at: list[Fraction], border: str) -> float:
    """The weighted sum of the items around a position, on every axis."""
    total = 0.0
    for corner in indices([2] * len(at)):
        place, weight = [], Fraction(1)
        for position, side in zip(at, corner, strict=True):
            j = floor(position)
            place.append(j + side)
            weight *= position - j if side else 1 - (position - j)
        if weight:
            total += float(weight) * extended(plane, place, border)
    return total
