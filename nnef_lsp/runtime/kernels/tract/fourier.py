"""Fourier transforms, whole or of frames."""

from __future__ import annotations

import numpy as np

from ...arrays.dtypes import Array, Dtype
from .. import kernel
from .operands import given


def _complex(array: Array) -> Array:
    return np.asarray(array[..., 0] + 1j * array[..., 1])


def _parts(array: Array, dtype: Dtype) -> Array:
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
