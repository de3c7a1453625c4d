"""tract_core and tract_onnx: Fourier transforms, resampling, sampling on a grid, response normalization."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import Any

import numpy as np

from ..arrays.dtypes import Array
from . import KernelError, kernel
from .tract_core import given


def _complex(array: Array) -> Array:
    return np.asarray(array[..., 0] + 1j * array[..., 1])


def _parts(array: Array, dtype: Any) -> Array:
    return np.stack([array.real, array.imag], axis=-1).astype(dtype)


@kernel("tract_core_fft")
def fft(input: Array, *, axis: int, inverse: bool) -> Array:
    """The inverse is not divided by the number of items."""
    value = _complex(input)
    found = np.fft.ifft(value, axis=axis) * value.shape[axis] if inverse else np.fft.fft(value, axis=axis)
    return _parts(found, input.dtype)


@kernel("tract_core_stft")
def stft(input: Array, window: Array, *, axis: int, frame: int, stride: int) -> Array:
    """A window shorter than the frame is centred in it."""
    value = np.moveaxis(_complex(input), axis, -1)
    count = (value.shape[-1] - frame) // stride + 1
    frames = np.stack([value[..., i * stride : i * stride + frame] for i in range(count)], axis=-2)
    if given(window):
        before = (frame - window.size) // 2
        frames = frames * np.pad(window.reshape(-1), (before, frame - window.size - before))
    found = np.fft.fft(frames, axis=-1)
    return _parts(np.moveaxis(found, (-2, -1), (axis, axis + 1)), input.dtype)


# ---- resampling

_PLACES: dict[str, Callable[[Any, float, int, int], Any]] = {
    "half_pixel": lambda i, scale, old, new: (i + 0.5) / scale - 0.5,
    "pytorch_half_pixel": lambda i, scale, old, new: (i + 0.5) / scale - 0.5 if new > 1 else i * 0.0,
    "half_pixel_symmetric": lambda i, scale, old, new: (old / 2) * (1 - new / (old * scale)) + (i + 0.5) / scale - 0.5,
    "align_corners": lambda i, scale, old, new: i * (old - 1) / (new - 1) if new > 1 else i * 0.0,
    "asymmetric": lambda i, scale, old, new: i / scale,
    "tf_half_pixel_for_nn": lambda i, scale, old, new: (i + 0.5) / scale,
}
_NEAREST: dict[str, Callable[[Any], Any]] = {
    "floor": np.floor, "ceil": np.ceil, "round_prefer_ceil": lambda x: np.floor(x + 0.5),
    "round_prefer_floor": lambda x: np.ceil(x - 0.5),
}  # fmt: skip


@kernel("tract_core_resize")
def resize(
    input: Array, scales: Array, sizes: Array, *, coord_transformer: str = "half_pixel", interpolator: str = "nearest",
    nearest_mode: str = "floor", cubic_coeff_a: float = -0.75,
) -> Array:  # fmt: skip
    factors = [float(item) for item in scales.reshape(-1)] if given(scales) else None
    if factors is None:
        extents = [int(item) for item in sizes.reshape(-1)]
        factors = [new / old for new, old in zip(extents, input.shape, strict=True)]
    else:
        extents = [int(np.floor(old * factor)) for old, factor in zip(input.shape, factors, strict=True)]
    output = input.astype(np.float64)
    for axis, (new, factor) in enumerate(zip(extents, factors, strict=True)):
        old = input.shape[axis]
        if new == old and factor == 1.0:
            continue
        if coord_transformer not in _PLACES:
            raise KernelError(f"coordinates cannot be transformed by '{coord_transformer}' here", "coord_transformer")
        at = _PLACES[coord_transformer](np.arange(new, dtype=np.float64), factor, old, new)
        weights = _weights(at, old, interpolator, nearest_mode, cubic_coeff_a)
        output = np.moveaxis(np.tensordot(weights, output, (1, axis)), 0, axis)
    return output.astype(input.dtype)


@kernel("tract_onnx_resize")
def onnx_resize(input: Array, scales: Array, roi: Array, *, exclude_outside: bool = False, antialias: bool = False,
                extrapolation_value: float = 0.0, **attributes: Any) -> Array:  # fmt: skip
    if exclude_outside or antialias:
        raise KernelError("'exclude_outside' and 'antialias' are not computed here", "antialias")
    return np.asarray(resize(input, scales, np.asarray(None), **attributes))


def _weights(at: Array, old: int, interpolator: str, nearest: str, a: float) -> Array:
    """How much of each old item is in each new one; items outside repeat the border."""
    found = np.zeros((at.size, old))
    rows = np.arange(at.size)

    def add(column: Array, weight: Any) -> None:
        np.add.at(found, (rows, np.clip(column, 0, old - 1).astype(int)), weight)

    if interpolator == "nearest":
        add(_NEAREST[nearest](at), 1.0)
    elif interpolator == "linear":
        low = np.floor(at)
        add(low, 1 - (at - low))
        add(low + 1, at - low)
    elif interpolator == "cubic":
        low = np.floor(at)
        for offset in range(-1, 3):
            add(low + offset, _cubic(np.abs(at - low - offset), a))
    else:
        raise KernelError(f"there is no interpolator '{interpolator}'", "interpolator")
    return found


def _cubic(x: Array, a: float) -> Array:
    near = (a + 2) * x**3 - (a + 3) * x**2 + 1
    far = a * x**3 - 5 * a * x**2 + 8 * a * x - 4 * a
    return np.where(x <= 1, near, np.where(x < 2, far, 0.0))


@kernel("tract_core_grid_sample", "tract_onnx_grid_sample")
def grid_sample(
    input: Array, grid: Array, *, mode: str = "bilinear", padding_mode: str = "zeros", align_corners: bool = False
) -> Array:
    """Coordinates lie along the last axis of the grid, that of the innermost axis first."""
    if mode == "bicubic":
        raise KernelError("'bicubic' is not computed here", "mode")
    extents = input.shape[2:]
    places = []
    for axis, extent in enumerate(extents):
        x = grid[..., len(extents) - 1 - axis].astype(np.float64)
        at = (x + 1) / 2 * (extent - 1) if align_corners else ((x + 1) * extent - 1) / 2
        places.append(_inside(at, extent, padding_mode, align_corners))
    if mode == "nearest":
        corners = [([np.rint(at) for at in places], np.ones(grid.shape[:-1]))]
    else:
        corners = []
        for offsets in product((0, 1), repeat=len(extents)):
            at = [np.floor(x) + o for x, o in zip(places, offsets)]
            weight = np.prod([1 - np.abs(x - y) for x, y in zip(places, at)], axis=0)
            corners.append((at, weight))
    output = np.zeros((*input.shape[:2], *grid.shape[1:-1]))
    batch = np.arange(input.shape[0]).reshape(-1, *[1] * (grid.ndim - 2))
    for at, weight in corners:
        valid = np.all([(x >= 0) & (x < extent) for x, extent in zip(at, extents)], axis=0)
        inside = [np.clip(x, 0, extent - 1).astype(int) for x, extent in zip(at, extents)]
        index = (batch, *inside)
        picked = np.moveaxis(np.moveaxis(input, 1, -1)[index], -1, 1)
        output += picked * (weight * valid)[:, None]
    return output.astype(input.dtype)


def _inside(at: Array, extent: int, mode: str, align: bool) -> Array:
    if mode == "border":
        return np.clip(at, 0, extent - 1)
    if mode == "reflection":
        low, span = (0.0, extent - 1.0) if align else (-0.5, float(extent))
        if span <= 0:
            return np.zeros_like(at)
        folded = np.abs(at - low) % (2 * span)
        return np.clip(low + np.where(folded > span, 2 * span - folded, folded), 0, extent - 1)
    return at


@kernel("tract_onnx_lrn")
def lrn(input: Array, *, alpha: float = 1e-4, beta: float = 0.75, bias: float = 1.0, size: int) -> Array:
    """Squares are summed over `size` channels around each."""
    squares = np.square(input.astype(np.float64))
    before = (size - 1) // 2
    padded = np.pad(squares, [(0, 0), (before, size - 1 - before), *[(0, 0)] * (input.ndim - 2)])
    total = sum(padded[:, i : i + input.shape[1]] for i in range(size))
    return np.asarray(input / np.power(bias + alpha / size * total, beta)).astype(input.dtype)
