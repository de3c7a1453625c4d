"""Convolutions: the bias may have any rank, and the filter of `deconv` has its output channels first."""

from __future__ import annotations

from math import prod

from ....errors import Inexpressible
from .. import translated
from ..call import Call
from ..convolution import conv_of, deconv_of
from ..values import FLOATS, Value


def _bias(call: Call) -> tuple[Value, bool]:
    bias = call.operands(0, 1, 2)[2]
    flat = bias if bias.rank == 0 else call.writer.view(bias, (1, prod(bias.extents)))
    return flat, call.literal(2) == 0


@translated("tract:conv")
def conv(call: Call) -> Value:
    x, filter, _ = call.operands(0, 1, 2)
    if x.element not in FLOATS:
        raise Inexpressible("ONNX's Conv is of real numbers")
    bias, none = _bias(call)
    return conv_of(call, x, filter, bias, none, call.whole("groups") or filter.extents[0], call.result_shape())


@translated("tract:deconv")
def deconv(call: Call) -> Value:
    x, filter, _ = call.operands(0, 1, 2)
    groups = call.whole("groups") or filter.extents[0]
    per_group = filter.extents[0] // groups
    split = call.writer.view(filter, (groups, per_group, *filter.extents[1:]))
    order = [0, 2, 1, *range(3, split.rank)]
    turned = call.transpose(split, order)
    whole = call.writer.view(turned, (groups * filter.extents[1], per_group, *filter.extents[2:]))
    return deconv_of(call, x, whole, _bias(call), groups)
