"""Convolution and deconvolution (4.3.1), any number of spatial axes, all border modes.

input [N, C, X..], filter [c, C/G, f..], bias [1, c] (or singular) -> conv [N, c, x..].
input [N, c, x..], filter [c, C/G, f..], bias [1, C] (or singular) -> deconv [N, C, X..].

Here is the general form.  Graphs whose shapes are known before the run mostly take the prepared forms of
`runtime/prepared`, which compute the same with layouts made once.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..arrays.borders import extend
from ..arrays.broadcast import to_rank
from ..arrays.dtypes import Array, at
from ..arrays.products import product
from ..arrays.windows import Pairs, Window, down, up
from ..tiles.cancel import check
from . import KernelError, kernel

TILE_BYTES = 8 << 20
"""Bound of the unfolded input: columns are made and multiplied piece by piece."""


@kernel("conv")
def conv(
    input: Array,
    filter: Array,
    bias: Array,
    *,
    border: str = "constant",
    padding: Pairs = (),
    stride: Sequence[int] = (),
    dilation: Sequence[int] = (),
    groups: int = 1,
) -> Array:
    """'ignore' is not allowed here by 4.3.1; border values that are ignored add nothing, which is 'constant'."""
    groups = groups or input.shape[1]
    _check_channels(input.shape[1], filter.shape[1] * groups, filter.shape[0], groups)
    window = down(input.shape[2:], filter.shape[2:], padding, stride, dilation)
    extended = extend(input, [(0, 0), (0, 0), *window.padding], border)
    multiply = _depthwise if filter.shape[1] == 1 and groups == input.shape[1] else _unfolded
    return add_bias(multiply(extended, filter, window, groups), bias)


def _check_channels(channels: int, expected: int, count: int, groups: int) -> None:
    if channels != expected:
        raise KernelError(f"the filter is for {expected} input channels, but there are {channels}", "filter")
    if count % groups:
        raise KernelError(f"{count} filters cannot be divided into {groups} groups", "groups")


def add_bias(output: Array, bias: Array) -> Array:
    """Adds [1, c] (or [c] of old exporters, or a singular tensor) in place; nothing to do for a plain zero."""
    if bias.ndim == 0 and not bias:
        return output
    if bias.ndim == 1 and bias.size == output.shape[1] > 1:
        bias = bias[None]
    output += to_rank(bias, output.ndim)
    return output


def _depthwise(extended: Array, filter: Array, window: Window, groups: int) -> Array:
    """One multiplication and addition of whole planes per item of the kernel: no columns, memory bound but small."""
    batch, multiplier = extended.shape[0], filter.shape[0] // groups
    planes = extended.reshape(batch, groups, 1, *extended.shape[2:])
    weights = filter.reshape(groups, multiplier, *filter.shape[2:], *[1] * len(window.size))
    output = np.zeros((batch, groups, multiplier, *window.lower), extended.dtype)
    for offset in window.offsets():
        check()
        output += window.shifted(planes, offset, axis=3) * weights[at(slice(None), slice(None), *offset)]
    return output.reshape(batch, groups * multiplier, *window.lower)


def _unfolded(extended: Array, filter: Array, window: Window, groups: int) -> Array:
    """Tiles of columns [G, C/G * f.., positions] times the filter [G, c/G, C/G * f..]."""
    batch, channels = extended.shape[:2]
    spatial = len(window.size)
    weights = filter.reshape(groups, filter.shape[0] // groups, -1)
    output = np.empty((batch, groups, weights.shape[1], *window.lower), np.result_type(extended, filter))
    row_bytes = channels * window.volume * max(int(np.prod(window.lower[1:])), 1) * extended.itemsize
    rows = max(1, TILE_BYTES // max(row_bytes, 1))
    for item in range(batch):
        views = [window.shifted(extended[item], offset, axis=1) for offset in window.offsets()]
        for first in range(0, window.lower[0] if spatial else 1, rows):
            check()
            part = (slice(None), slice(first, first + rows)) if spatial else (slice(None),)
            columns = np.stack([view[part] for view in views], axis=1)
            columns = columns.reshape(groups, channels // groups * window.volume, -1)
            found = product(weights, columns)
            where = (item, slice(None), *part)
            output[where] = found.reshape(groups, weights.shape[1], *output[where].shape[2:])
    return output.reshape(batch, -1, *window.lower)


@kernel("deconv")
def deconv(
    input: Array, filter: Array, bias: Array, *, border: str = "constant", padding: Pairs = (),
    stride: Sequence[int] = (), dilation: Sequence[int] = (), output_shape: Sequence[int] = (), groups: int = 1,
) -> Array:  # fmt: skip
    """The reverse: each input item adds the filter, times the item, to a window of the output.

    Depth-wise (groups = 0) takes its channels from `output_shape` where given, else there is one per input channel.
    """
    groups = groups or (output_shape[1] if output_shape else input.shape[1])
    if input.shape[1] != filter.shape[0]:
        raise KernelError(
            f"the filter is for {filter.shape[0]} input channels, but there are {input.shape[1]}", "filter"
        )
    _check_channels(input.shape[1], filter.shape[0], filter.shape[0], groups)
    window = up(input.shape[2:], filter.shape[2:], padding, stride, dilation, output_shape[2:])
    extended, shift = extend_lower(input, window, border)
    return add_bias(_scattered(extended, filter, window, shift, groups), bias)


def extend_lower(input: Array, window: Window, border: str) -> tuple[Array, list[int]]:
    """The input with the border items that the window reaches (reverse operations read the border of the *input*).

    Covers the trailing axes, as many as the window has.  `shift` is where item 0 of the extended input adds its first
    kernel item, in the output.
    """
    lead = input.ndim - len(window.size)
    reach = []
    for X, x, fd, s, (p, _) in zip(
        window.upper, window.lower, window.dilated, window.stride, window.padding, strict=True
    ):
        before, after = (fd - 1 - p) // s, (X - 1 + p) // s - (x - 1)
        reach.append((max(before, 0), max(after, 0)) if border not in ("constant", "ignore") else (0, 0))
    shift = [-p - before * s for (p, _), (before, _), s in zip(window.padding, reach, window.stride, strict=True)]
    return extend(input, [(0, 0)] * lead + reach, border), shift


def _scattered(extended: Array, filter: Array, window: Window, shift: list[int], groups: int) -> Array:
    """One product per item of the kernel, added into a strided view of the output."""
    batch, channels, *extents = extended.shape
    columns = extended.reshape(batch, groups, channels // groups, -1)
    weights = filter.reshape(groups, channels // groups, filter.shape[1], *filter.shape[2:]).swapaxes(1, 2)
    dtype = np.result_type(extended, filter)
    output = np.zeros((batch, groups, filter.shape[1], *window.upper), dtype)
    for offset in window.offsets():
        check()
        source, target = [], []
        for j, d, s, X, x, start in zip(
            offset, window.dilation, window.stride, window.upper, extents, shift, strict=True
        ):
            src, dst = overlap(start + j * d, s, x, X)
            source.append(src)
            target.append(dst)
        found = product(weights[at(Ellipsis, *offset)], columns).reshape(batch, groups, -1, *extents)
        output[at(Ellipsis, *target)] += found[at(Ellipsis, *source)]
    return output.reshape(batch, groups * filter.shape[1], *window.upper)


def overlap(start: int, step: int, count: int, extent: int) -> tuple[slice, slice]:
    """Which of `count` items at start, start + step, ... fall into [0, extent): (slice of the items, of the extent)."""
    first = max(0, -(start // step))
    last = min(count, (extent - 1 - start) // step + 1)
    last = max(first, last)
    begin = start + first * step
    return slice(first, last), slice(begin, begin + (last - first - 1) * step + 1 if last > first else begin, step)


@kernel("separable_conv")
def separable_conv(
    input: Array, plane_filter: Array, point_filter: Array, bias: Array, *, border: str = "constant",
    padding: Pairs = (), stride: Sequence[int] = (), dilation: Sequence[int] = (), groups: int = 1,
) -> Array:  # fmt: skip
    zero = np.zeros((), input.dtype)
    filtered = conv(
        input, plane_filter, zero, border=border, padding=padding, stride=stride, dilation=dilation, groups=0
    )
    return np.asarray(conv(filtered, point_filter, bias, groups=groups))


@kernel("separable_deconv")
def separable_deconv(
    input: Array, plane_filter: Array, point_filter: Array, bias: Array, *, border: str = "constant",
    padding: Pairs = (), stride: Sequence[int] = (), dilation: Sequence[int] = (), output_shape: Sequence[int] = (),
    groups: int = 1,
) -> Array:  # fmt: skip
    filtered = deconv(input, point_filter, np.zeros((), input.dtype), groups=groups)
    return deconv(
        filtered,
        plane_filter,
        bias,
        border=border,
        padding=padding,
        stride=stride,
        dilation=dilation,
        output_shape=output_shape,
        groups=0,
    )
