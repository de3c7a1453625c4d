"""Resizing by scales or to sizes."""

from __future__ import annotations

import struct

from ...extents.dims import UNKNOWN, Extent, Shape
from ...values.tensor import Tensor
from .. import Call, Refusal, shape_of
from ..checks import check_length, extents


@shape_of("tract_core_resize")
def resize(call: Call) -> Shape:
    """By scales or to sizes, one item for each axis."""
    input = call.shape("input")
    scales, sizes = call.arguments.get("scales"), call.arguments.get("sizes")
    if _given(scales) == _given(sizes):
        wrong = "both are given" if _given(scales) else "neither is given"
        raise Refusal("invalid-value", f"exactly one of 'scales' and 'sizes' is wanted, {wrong}", "scales")
    if _given(sizes):
        wanted = extents(call, "sizes")
        check_length("sizes", wanted, len(input), "axis of 'input'")
        return tuple(wanted)
    return scaled(call, input)


def _given(value: object) -> bool:
    return value is not None and value is not False


def _single(value: float) -> float:
    """The nearest float32: 25 * 1.16 is 29 in these, and a little less than 29 in Python's."""
    return float(struct.unpack("<f", struct.pack("<f", value))[0])


def scaled(call: Call, input: Shape) -> Shape:
    """Extents times factors in float32, rounded down."""
    value = call.arguments["scales"]
    factors = value.value if isinstance(value, Tensor) else None
    if not isinstance(factors, tuple):
        return (UNKNOWN,) * len(input)
    numbers = [factor for factor in factors if isinstance(factor, (int, float))]
    if len(numbers) < len(factors):
        return (UNKNOWN,) * len(input)
    check_length("scales", factors, len(input), "axis of 'input'")
    found: list[Extent] = []
    for extent, factor in zip(input, numbers):
        if not 0 < factor < 2**63:
            raise Refusal("invalid-value", f"'scales' must be positive numbers, found {factor}", "scales")
        whole = int(factor) if float(factor).is_integer() else None
        if whole is not None:
            found.append(extent * whole)
        elif isinstance(extent, int):
            found.append(int(_single(extent * _single(factor))))
        elif extent is UNKNOWN:
            found.append(UNKNOWN)
        else:
            raise Refusal("invalid-value", f"tract cannot scale the extent {extent} by {factor}", "scales")
    return tuple(found)


@shape_of("nearest_upsample", "multilinear_upsample", dialect="tract")
def upsample(call: Call) -> Shape:
    """The last axes, as many as there are factors, grow by them."""
    input, factor = call.shape("input"), extents(call, "factor")
    if len(factor) > len(input):
        raise Refusal("rank-mismatch", f"'factor' has {len(factor)} items, 'input' only rank {len(input)}", "factor")
    if call.operation == "multilinear_upsample" and call.arguments.get("border") not in ("replicate", None):
        raise Refusal("invalid-value", "tract can only replicate the border here", "border")
    for index, item in enumerate(factor):
        if isinstance(item, int) and item < 1:
            raise Refusal("invalid-value", f"'factor' must be positive, found {item}", "factor", index)
    kept = len(input) - len(factor)
    return (*input[:kept], *[extent * item for extent, item in zip(input[kept:], factor)])


@shape_of("tract_onnx_resize")
def resize_by_scales(call: Call) -> Shape:
    """Extents times factors."""
    return scaled(call, call.shape("input"))
