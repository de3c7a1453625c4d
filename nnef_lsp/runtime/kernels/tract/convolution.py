"""Convolutions as tract means them."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...arrays.dtypes import Array
from .. import kernel
from ..convolution import conv, deconv
from .operands import Ints, wide


@kernel("tract:conv")
def tract_conv(input: Array, filter: Array, bias: Array, *, groups: int = 1, **attributes: Any) -> Array:
    """The bias may have any rank; no groups mean one for each filter; integers are summed in 32 bits."""
    groups = groups or filter.shape[0]
    flat = bias.reshape(1, -1) if bias.ndim else bias
    if input.dtype.kind in "iu":
        return np.asarray(
            conv(input.astype(np.int32), filter.astype(np.int32), flat.astype(np.int32), groups=groups, **attributes)
        )
    return np.asarray(conv(*wide(input, filter, flat), groups=groups, **attributes)).astype(input.dtype)


@kernel("tract:deconv")
def tract_deconv(
    input: Array, filter: Array, bias: Array, *, groups: int = 1, output_shape: Ints = (), **attributes: Any
) -> Array:
    """The filter is [output channels, input channels / groups, ..], as in conv."""
    groups = groups or filter.shape[0]
    split = filter.reshape(groups, filter.shape[0] // groups, *filter.shape[1:]).swapaxes(1, 2)
    turned = split.reshape(-1, *split.shape[2:])
    flat = bias.reshape(1, -1) if bias.ndim else bias
    spatial = list(output_shape) if len(output_shape) == input.ndim - 2 else []
    wanted = [input.shape[0], filter.shape[0], *spatial] if spatial else []
    return np.asarray(deconv(input, turned, flat, groups=groups, output_shape=wanted, **attributes))
