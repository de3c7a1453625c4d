"""tract_pulse and tract_extra: delays, masks and padding of streams, running normalization.

In tract these remember what came before from one piece of a stream to the next.  A run here is the first piece: the
delay line holds zeros, frames are counted from 0, running means begin with the state that is given.
"""

from __future__ import annotations

import numpy as np

from ...arrays.dtypes import Array, Part
from ...tiles.cancel import check
from .. import KernelError, kernel

_END = 1 << 62


def _frames(axis: int, begin: int | None, end: int | None) -> tuple[slice, ...]:
    """The index of the frames from `begin` to `end` along an axis."""
    return (*[slice(None)] * axis, slice(begin, end))


def _bound(value: object) -> int:
    """A place in the stream; a length that nobody knows yet, or that is not a count, is never reached."""
    return int(value) if isinstance(value, int) and value >= 0 else _END


@kernel("tract_pulse_delay")
def delay(input: Array, *, axis: int, delay: int, overlap: int, zero_pad: bool = False) -> Array:
    """`delay + overlap` zeros go before the input, of which as many frames come out as went in and `overlap` more."""
    silence = list(input.shape)
    silence[axis] = delay + overlap
    line = np.concatenate([np.zeros(silence, input.dtype), input], axis=axis)
    return np.asarray(line[_frames(axis, 0, input.shape[axis] + overlap)])


@kernel("tract_pulse_cumsum")
def cumsum(input: Array, *, axis: int, exclusive: bool, skip: int) -> Array:
    """The frames before `skip` count as zeros and come out as zeros."""
    output = np.array(input)
    output[_frames(axis, 0, skip)] = 0
    sums = np.cumsum(output, axis=axis, dtype=input.dtype)
    output = sums - output if exclusive else sums
    output[_frames(axis, 0, skip)] = 0
    return output


@kernel("tract_pulse_mask")
def mask(input: Array, *, axis: int, begin: int, end: object, value: float) -> Array:
    output = np.array(input)
    output[_frames(axis, 0, begin)] = value
    output[_frames(axis, min(_bound(end), input.shape[axis]), None)] = value
    return output


@kernel("tract_pulse_pulse_pad")
def pulse_pad(
    input: Array, *, axis: int, before: int, after: object, begin_input: int, end_input: object, border: str, value: float,
    overlap: int,
) -> Array:  # fmt: skip
    """The frames from `begin_input` to `end_input` are the stream; what is around them is overwritten."""
    if border not in ("constant", "replicated", "replicate"):
        raise KernelError(f"tract cannot pad a stream by '{border}' either: it is 'constant' or 'replicated'", "border")
    pulse, end, tail = input.shape[axis], _bound(end_input), _bound(after)
    if (begin_input - before) % (1 << 64) >= pulse or end + tail <= 0:
        return input  # in tract a padding that begins before the stream does wraps, and is none
    output = np.array(input)
    first, last = min(begin_input, pulse), min(end, pulse)
    if first:
        kept = input[_frames(axis, first, first + 1)]
        if border != "constant" and not kept.shape[axis]:
            raise KernelError("the padding needs a frame that comes only later in the stream", "begin_input")
        output[_frames(axis, 0, first)] = value if border == "constant" else kept
    if last < pulse and tail > 0:
        edge = input[_frames(axis, last - 1, last)] if last else input[_frames(axis, 0, 1)]
        output[_frames(axis, last, None)] = value if border == "constant" else edge
    return output


@kernel("tract_extra_exp_mean_norm")
def exp_mean_norm(
    input: Array,
    state: Array,
    *,
    axis: int,
    alpha: float,
    skip: int = 0,
    stateless: bool = False,
    scaling_factor: float | None = None,
) -> Array:
    """What is above the running mean, over a factor; the first `skip` frames do not count for the mean."""
    output, mean = np.empty_like(input), state.astype(input.dtype)
    alpha_, scale = input.dtype.type(alpha), input.dtype.type(1.0 if scaling_factor is None else scaling_factor)
    for time in range(input.shape[axis]):
        check()
        frame = input.take(time, axis)
        if time >= skip:
            mean = frame * (1 - alpha_) + mean * alpha_
        output[_frame(axis, time)] = (frame - mean) / scale
    return output


@kernel("tract_extra_exp_unit_norm")
def exp_unit_norm(
    input: Array,
    state: Array,
    *,
    axis: int,
    alpha: float,
    skip: int = 0,
    stateless: bool = False,
    complex: bool = False,
    epsilon: float = 1e-14,
) -> Array:
    """Over the root of the running mean of magnitudes, which are at least epsilon each."""
    output, mean = np.empty_like(input), state.astype(input.dtype)
    alpha_ = input.dtype.type(alpha)
    for time in range(input.shape[axis]):
        check()
        frame = input.take(time, axis)
        size = np.sqrt(np.square(frame).sum(axis=-1)) if complex else np.abs(frame)
        if time >= skip:
            mean = np.maximum(size, input.dtype.type(epsilon)) * (1 - alpha_) + mean * alpha_
        root = np.sqrt(mean)
        output[_frame(axis, time)] = frame / (root[..., None] if complex else root)
    return output


def _frame(axis: int, time: int) -> tuple[Part, ...]:
    return (*[slice(None)] * axis, time)
