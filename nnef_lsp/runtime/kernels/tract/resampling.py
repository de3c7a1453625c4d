"""tract_core and tract_onnx: resampling to other extents, as Resize of ONNX defines it.

One axis after the other: each new item is a sum of old ones (its taps).  Places are float32, as in tract: which item is
the nearest, and how many there are, hangs on the last bit.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from ...arrays.dtypes import Array, Part
from ...tiles.cancel import check
from .. import KernelError, kernel
from .operands import given

_HALF, _ONE = np.float32(0.5), np.float32(1)


class Taps(NamedTuple):
    """For each new item the old ones it is made of, [new, taps]: where they are (perhaps outside) and their weights."""

    places: Array
    weights: Array


def _scaled(scale: np.float32, old: int) -> np.float32:
    """The new extent before it was rounded down."""
    extent: np.float32 = np.float32(scale * np.float32(old))
    return extent


_PLACES: dict[str, Callable[[Array, np.float32, int, int], Array]] = {
    "half_pixel": lambda i, scale, old, new: (i + _HALF) / scale - _HALF,
    "pytorch_half_pixel": lambda i, scale, old, new: (i + _HALF) / scale - _HALF if new > 1 else i * 0 - _HALF,
    "half_pixel_symmetric": lambda i, scale, old, new: (
        np.float32(old / 2) * (_ONE - np.float32(new) / _scaled(scale, old)) + (i + _HALF) / scale - _HALF
    ),
    "align_corners": lambda i, scale, old, new: (
        i * np.float32(old - 1) / (_scaled(scale, old) - _ONE) if _scaled(scale, old) != 1 else i * 0
    ),
    "asymmetric": lambda i, scale, old, new: i / scale,
    "tf_half_pixel_for_nn": lambda i, scale, old, new: (i + _HALF) / scale,
}
"""Where a new item lies among the old ones, by its number."""
_NEAREST: dict[str, Callable[[Array], Array]] = {
    "floor": np.floor,
    "ceil": np.ceil,
    "round_prefer_ceil": lambda x: np.floor(x) + (x - np.floor(x) >= _HALF),
    "round_prefer_floor": lambda x: np.floor(x) + (x - np.floor(x) > _HALF),
}


@kernel("tract_core_resize")
def resize(input: Array, scales: Array, sizes: Array, **attributes: Any) -> Array:
    """Without scales, the factors are the quotients of the sizes."""
    return _resized(input, scales, sizes, None, **attributes)


@kernel("tract_onnx_resize")
def onnx_resize(
    input: Array, scales: Array, roi: Array, *, extrapolation_value: float = 0.0, **attributes: Any
) -> Array:
    """`roi` has the relative starts of all axes, then their ends; what lies outside is `extrapolation_value`."""
    region = np.asarray(roi, np.float32).reshape(2, -1) if given(roi) and roi.size == 2 * input.ndim else None
    return _resized(input, scales, np.asarray(None), region, extrapolation_value=extrapolation_value, **attributes)


def _resized(
    input: Array, scales: Array, sizes: Array, region: Array | None, *, coord_transformer: str = "half_pixel",
    interpolator: str = "nearest", nearest_mode: str = "floor", cubic_coeff_a: float = -0.75,
    exclude_outside: bool = False, antialias: bool = False, extrapolation_value: float = 0.0,
) -> Array:  # fmt: skip
    if nearest_mode not in _NEAREST:
        raise KernelError(f"there is no nearest mode '{nearest_mode}'", "nearest_mode")
    output, outside = input if interpolator == "nearest" else input.astype(np.float64), []
    for axis, (new, scale) in enumerate(_extents(input, scales, sizes)):
        old = input.shape[axis]
        cropped = coord_transformer == "tf_crop_and_resize"
        if scale == 1 and not cropped:
            continue
        check()
        at = _cropped(region, axis, scale, old, new) if cropped else _placed(coord_transformer, scale, old, new)
        if cropped:
            outside.append((axis, (at < 0) | (at > old - 1)))
        if interpolator == "nearest":
            places = _NEAREST[nearest_mode](at).astype(np.int64)
            output = output.take(np.clip(places, 0, old - 1), axis)
            if exclude_outside:
                output[_at(axis, (places < 0) | (places >= old))] = 0
        else:
            taps = _taps(at, min(float(scale), 1.0) if antialias else 1.0, interpolator, cubic_coeff_a)
            output = _summed(output, axis, taps, exclude_outside)
    output = output.astype(input.dtype)
    for axis, missing in outside:
        output[_at(axis, missing)] = extrapolation_value
    return output


def _at(axis: int, where: Array) -> tuple[Part, ...]:
    return (*[slice(None)] * axis, where)


def _extents(input: Array, scales: Array, sizes: Array) -> list[tuple[int, np.float32]]:
    """The new extent and the factor of each axis."""
    if given(scales):
        factors = np.asarray(scales, np.float32).reshape(-1)
        return [(int(_scaled(factor, old)), factor) for old, factor in zip(input.shape, factors, strict=True)]
    wanted = [int(item) for item in sizes.reshape(-1)]
    return [(new, np.float32(new) / np.float32(old)) for new, old in zip(wanted, input.shape, strict=True)]


def _placed(transformer: str, scale: np.float32, old: int, new: int) -> Array:
    if transformer not in _PLACES:
        raise KernelError(f"there is no way '{transformer}' to transform coordinates", "coord_transformer")
    return np.asarray(_PLACES[transformer](np.arange(new, dtype=np.float32), scale, old, new), np.float32)


def _cropped(region: Array | None, axis: int, scale: np.float32, old: int, new: int) -> Array:
    if region is None:
        raise KernelError("'tf_crop_and_resize' needs a start and an end for each axis", "roi")
    start, end = region[:, axis]
    last, width = np.float32(old - 1), _scaled(scale, old)
    if width == 1:
        return np.full(new, _HALF * (start + end) * last, np.float32)
    return np.asarray(start * last + np.arange(new, dtype=np.float32) * (end - start) * last / (width - _ONE))


def _taps(at: Array, stretch: float, interpolator: str, a: float) -> Taps:
    """The taps within reach of a curve around each place, which antialiasing stretches where items become fewer."""
    reach = {"linear": 1, "cubic": 2}.get(interpolator)
    if reach is None:
        raise KernelError(f"there is no interpolator '{interpolator}'", "interpolator")
    below = np.floor(at)
    first = int(np.floor(-reach / stretch)) + 1
    offsets = np.arange(first, 2 - first)
    distance = np.abs((offsets - (at - below)[:, None].astype(np.float64)) * stretch)
    weights = np.maximum(1 - distance, 0) if interpolator == "linear" else cubic(distance, a)
    if stretch != 1:
        weights = weights / weights.sum(axis=1, keepdims=True)
    return Taps(below[:, None].astype(np.int64) + offsets, weights)


def cubic(x: Array, a: float) -> Array:
    """The weight of an item at a distance, in cubic convolution (Keys) with the coefficient `a`."""
    near = (a + 2) * x**3 - (a + 3) * x**2 + 1
    far = a * x**3 - 5 * a * x**2 + 8 * a * x - 4 * a
    return np.where(x <= 1, near, np.where(x < 2, far, 0.0))


def _summed(input: Array, axis: int, taps: Taps, exclude_outside: bool) -> Array:
    """The weighted sums; taps outside repeat the border, or leave their weight to the others."""
    old, weights = input.shape[axis], taps.weights
    if exclude_outside:
        weights = np.where((taps.places >= 0) & (taps.places < old), weights, 0)
        total = weights.sum(axis=1, keepdims=True)
        weights = weights / np.where(total == 0, 1, total)
    matrix = np.zeros((len(weights), old))
    np.add.at(matrix, (np.arange(len(weights))[:, None], np.clip(taps.places, 0, old - 1)), weights)
    return np.moveaxis(np.tensordot(matrix, input, (1, axis)), 0, axis)
