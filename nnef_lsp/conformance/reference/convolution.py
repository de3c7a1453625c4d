"""4.3.1 Convolution and 4.9.2 separable convolutions."""

from __future__ import annotations

from typing import Any

import numpy as np

from . import defines
from .grid import Array, Ints, elementwise, extended, indices
from .windows import Pairs, down_axes, position, source, up_axes

ZERO = np.asarray(0.0)


def _with_bias(output: Array, bias: Any) -> Array:
    """The channel's item of bias is added, wherever bias is [1, c], [1, 1] or a number."""
    return elementwise(lambda a, b: a + b, output, bias)


@defines("conv")
def conv(
    input: Array,
    filter: Array,
    bias: Any = ZERO,
    *,
    border: str = "constant",
    padding: Pairs = (),
    stride: Ints = (),
    dilation: Ints = (),
    groups: int = 1,
) -> Array:
    """output[b][k2][i] = sum over k1, j of input~[b][k1][i * s + j * d - p] * filter[k2][k1][j], plus bias"""
    axes = down_axes(input.shape[2:], filter.shape[2:], padding, stride, dilation)
    groups = groups or input.shape[1]
    per_group = filter.shape[0] // groups
    output = np.zeros((input.shape[0], filter.shape[0], *(a.x for a in axes)))
    for index in indices(output.shape):
        b, k2, i = index[0], index[1], index[2:]
        first = k2 // per_group * filter.shape[1]
        for inner in indices(filter.shape[1:]):
            k1, j = inner[0], inner[1:]
            output[index] += extended(input[b, first + k1], position(axes, i, j), border) * filter[k2][inner]
    return _with_bias(output, bias)


@defines("deconv")
def deconv(
    input: Array, filter: Array, bias: Any = ZERO, *, border: str = "constant", padding: Pairs = (), stride: Ints = (),
    dilation: Ints = (), output_shape: Ints = (), groups: int = 1,
) -> Array:  # fmt: skip
    """output[b][k1][i] = sum over k2, j of input~[b][k2][(i + p - j * d) / s] * filter[k2][k1][j] for whole quotients"""
    axes = up_axes(input.shape[2:], filter.shape[2:], padding, stride, dilation, output_shape[2:])
    groups = groups or input.shape[1]
    per_group = filter.shape[0] // groups
    output = np.zeros((input.shape[0], filter.shape[1] * groups, *(a.X for a in axes)))
    for index in indices(output.shape):
        b, i = index[0], index[2:]
        group, k1 = divmod(index[1], filter.shape[1])
        for k2 in range(group * per_group, (group + 1) * per_group):
            for j in indices(filter.shape[2:]):
                at = source(axes, i, j)
                if at is not None:
                    output[index] += extended(input[b, k2], at, border) * filter[k2, k1][j]
    return _with_bias(output, bias)


@defines("separable_conv")
def separable_conv(
    input: Array, plane_filter: Array, point_filter: Array, bias: Any = ZERO, *, groups: int = 1, **window: Any
) -> Array:
    """filtered = conv(input, plane_filter, border, padding, stride, dilation, groups = 0);
    output = conv(filtered, point_filter, bias, groups = groups)"""
    return conv(conv(input, plane_filter, groups=0, **window), point_filter, bias, groups=groups)


@defines("separable_deconv")
def separable_deconv(
    input: Array, plane_filter: Array, point_filter: Array, bias: Any = ZERO, *, groups: int = 1, **window: Any
) -> Array:
    """filtered = deconv(input, point_filter, groups = groups);
    output = deconv(filtered, plane_filter, bias, border, padding, stride, dilation, output_shape, groups = 0)"""
    return deconv(deconv(input, point_filter, groups=groups), plane_filter, bias, groups=0, **window)
