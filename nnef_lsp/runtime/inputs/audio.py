"""Sound as a tensor: .wav files with whole-number samples, by Python's own module."""

from __future__ import annotations

import wave
from typing import Any

import numpy as np

from ...model.values.tensor import Tensor
from ..arrays.dtypes import Array, format_extents
from ..errors import RunError


def read_wave(path: str, limit: int) -> Array:
    """float32 [channels, samples], from -1 to 1.  At most `limit` bytes of samples are read."""
    try:
        with wave.open(path, "rb") as file:
            channels, width, count = file.getnchannels(), file.getsampwidth(), file.getnframes()
            if count * channels * width > limit:
                raise RunError(f"'{path}' says that it has {count} samples, which is more than is read")
            data = file.readframes(count)
    except (wave.Error, EOFError) as error:
        raise RunError(
            f"'{path}' cannot be read as sound ({error}); write it with samples of 8, 16, 24 or 32 bits"
        ) from None
    whole = len(data) // (channels * width) * channels * width
    return np.asarray(_samples(data[:whole], width).reshape(-1, channels).T)


def _samples(data: bytes, width: int) -> Array:
    if width == 1:  # the only ones without a sign
        return (np.frombuffer(data, np.uint8).astype(np.float32) - 128) / 128
    if width == 3:
        wide = np.zeros((len(data) // 3, 4), np.uint8)
        wide[:, 1:] = np.frombuffer(data, np.uint8).reshape(-1, 3)
        return (wide.view("<i4")[:, 0] / 2.0**31).astype(np.float32)
    codes = np.frombuffer(data, f"<i{width}")
    return (codes / 2.0 ** (8 * width - 1)).astype(np.float32)


def fitted_wave(name: str, path: str, samples: Array, fact: Tensor) -> Array:
    """[channels, samples] as the input wants it: with axes of 1 before, as one channel (the mean) where it has one."""
    shape: Any = fact.shape
    count = samples.shape[1]
    for channels in (samples.shape[0], 1):
        sound = samples if channels == samples.shape[0] else samples.mean(axis=0, keepdims=True, dtype=np.float32)
        forms = [(channels, count), (1, channels, count), (1, count, channels), (count, channels)]
        if channels == 1:
            forms = [(count,), (1, count), (1, 1, count), (1, count, 1), (1, 1, 1, count), *forms]
        for form in forms:
            if (
                shape is not None
                and len(form) == len(shape)
                and all(not isinstance(want, int) or want == got for want, got in zip(shape, form))
            ):
                last = form[-1] == count
                return (sound if last else sound.T).reshape(form)
    raise RunError(
        f"'{path}' has {samples.shape[0]} channels of {count} samples, which does not fit the input '{name}' of shape "
        f"{'unknown' if shape is None else format_extents(shape)}; cut or resample it before",
        tensor=name,
    )
