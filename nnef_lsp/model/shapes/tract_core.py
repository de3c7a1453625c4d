"""tract_core: tensors from outside, conversions, element-wise operations, reductions, what keeps the shape."""

from __future__ import annotations

import struct

from ..dtypes.results import datum_type, super_type
from ..extents.dims import UNKNOWN, Extent, Shape, ceil_div, format_shape
from ..extents.extremes import broadcast
from ..extents.relations import differ, less
from ..values.tensor import Tensor, tensor
from . import Call, Refusal, Undetermined, shape_of
from .checks import axes_within, broadcast_shapes, check_axis, check_length, extents, integer
from .sources import declared_shape


@shape_of("external", dialect="tract")
def external(call: Call) -> Shape:
    """The shape is the attribute, where items may be symbolic."""
    return declared_shape(call)


@shape_of("tract_core_external")
def tract_external(call: Call) -> Tensor:
    """The shape and the type are the attributes."""
    return tensor(datum_type(call, "datum_type") or "f32", declared_shape(call))


@shape_of("tract_core_cast")
def cast(call: Call) -> Tensor:
    """Only the type changes; without `to` it is the one that graph.quant gives."""
    dtype = datum_type(call, "to")
    if dtype is None and (call.arguments.get("to") == "" or not call.host.context.quantized):
        raise Refusal(
            "invalid-value", "the data type is missing: give 'to', or the result an entry in graph.quant", "to"
        )
    input = call.tensor("input")
    return tensor(dtype or "?", input.shape)


@shape_of("tract_core_shape_of")
def extents_of(call: Call) -> Tensor:
    """A constant with the extents as items, if the rank is known."""
    shape = call.shape("input")
    known = all(str(extent) != "?" for extent in shape)
    return tensor("tdim", (len(shape),), tuple(shape) if known else None)


@shape_of("tract_core_broadcast")
def tract_broadcast(call: Call) -> Shape:
    """Each axis is kept or repeated from 1; a lower rank gets leading axes, as in numpy."""
    shape = tuple(extents(call, "shape"))
    input = call.tensor("input").shape
    if input:
        if len(input) > len(shape):
            message = f"'shape' has {len(shape)} items, but 'input' {format_shape(input)} has rank {len(input)}"
            raise Refusal("rank-mismatch", message, "shape")
        lead = len(shape) - len(input)
        for axis, (have, want) in enumerate(zip(input, shape[lead:]), lead):
            if have != 1 and differ(have, want) and differ(have, 1):
                message = f"'input' {format_shape(input)} cannot be repeated to {want} on axis {axis}"
                raise Refusal("shape-mismatch", message, "shape", axis)
    return shape


@shape_of(
    "recip",
    "square",
    "tract_core_erf",
    "tract_core_hard_swish",
    "tract_core_silu",
    "tract_transformers_silu",
    "tract_core_round_even",
    "tract_core_is_nan",
    "tract_core_bitnot",
)
def unary(call: Call) -> Shape:
    """The shape of the operand."""
    return call.shape("x")


@shape_of(
    "tract_core_is_inf",
    "tract_core_pow_const",
    "tract_core_gelu_approx",
    "tract_transformers_gelu_approx",
    "tract_core_trilu",
)
def same(call: Call) -> Shape:
    """The shape of the input."""
    return call.shape("input")


@shape_of("tract_core_bitand", "tract_core_bitor", "tract_core_bitxor", "tract_core_xor", "tract_shl", "tract_shr")
def binary(call: Call) -> Shape:
    """The operands broadcast, aligned from axis 0."""
    x, y = call.shape("x"), call.shape("y")
    return broadcast_shapes(x, y, "'x'", "'y'")


@shape_of("softmax", "tract_core_softmax", "tract_core_log_softmax", dialect="tract")
def softmax(call: Call) -> Shape:
    """The shape of the argument; tract overlooks axes that there are not."""
    return call.shape("x")


@shape_of("tract_core_rms_norm", "tract_transformers_rms_norm", "tract_core_cumsum")
def along_an_axis(call: Call) -> Shape:
    """The shape of the input, which must have the axis."""
    input = call.shape("input")
    check_axis("axis", integer(call, "axis"), len(input))
    return input


@shape_of("tract_core_product_reduce", "tract_core_argmax_reduce_last", "tract_core_argmin_reduce_last")
def reduce(call: Call) -> Shape:
    """Extent 1 on the axes, which tract wants in increasing order."""
    input = call.shape("input")
    axes = axes_within(call, "axes", len(input))
    if any(axes[index] >= axes[index + 1] for index in range(len(axes) - 1)):
        raise Refusal("invalid-value", f"'axes' must be strictly increasing, found {axes}", "axes")
    return tuple([1 if axis in axes else extent for axis, extent in enumerate(input)])


@shape_of("tract_core_complex_to_inner_dim")
def to_inner(call: Call) -> Tensor:
    """A new last axis of real and imaginary parts."""
    input = call.tensor("input")
    return tensor(input.dtype.replace("complex", ""), (*call.shape("input"), 2))


@shape_of("tract_core_inner_dim_to_complex")
def to_complex(call: Call) -> Tensor:
    """The last axis vanishes."""
    shape = call.shape("input")
    if not shape or differ(shape[-1], 2):
        raise Refusal("shape-mismatch", f"the last axis of 'input' {format_shape(shape)} must have extent 2", "input")
    return tensor("complex" + call.tensor("input").dtype, shape[:-1])


@shape_of("tract_core_downsample")
def downsample(call: Call) -> Shape:
    """Every n-th slice of an axis."""
    shape, axis = list(call.shape("input")), integer(call, "axis")
    check_axis("axis", axis, len(shape))
    stride, modulo = integer(call, "stride"), integer(call, "modulo")
    if stride == 0 or (stride < 0 and modulo):
        what = "'stride' must not be 0" if stride == 0 else "'modulo' must be 0 with a negative stride"
        raise Refusal("invalid-value", what, "modulo" if stride else "stride")
    shape[axis] = ceil_div(shape[axis] - modulo, abs(stride))
    return tuple(shape)


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
    if not isinstance(factors, tuple) or not all(isinstance(factor, (int, float)) for factor in factors):
        raise Undetermined
    check_length("scales", factors, len(input), "axis of 'input'")
    found: list[Extent] = []
    for extent, factor in zip(input, factors):
        if not 0 < factor < 2**63:
            raise Refusal("invalid-value", f"'scales' must be positive numbers, found {factor}", "scales")
        whole = int(factor) if float(factor).is_integer() else None
        if whole is not None:
            found.append(extent * whole)
        elif isinstance(extent, int):
            found.append(int(_single(extent * _single(factor))))
        elif extent is UNKNOWN:
            raise Undetermined
        else:
            raise Refusal("invalid-value", f"tract cannot scale the extent {extent} by {factor}", "scales")
    return tuple(found)


@shape_of("tract_core_grid_sample", "tract_onnx_grid_sample")
def grid_sample(call: Call) -> Shape:
    """Batch and channels of the input, places of the grid."""
    input, grid = call.shape("input"), call.shape("grid")
    if len(input) != len(grid) or len(input) < 3:
        message = f"'grid' {format_shape(grid)} must have the rank of 'input' {format_shape(input)}, at least 3"
        raise Refusal("rank-mismatch", message, "grid")
    if differ(grid[-1], len(input) - 2):
        raise Refusal("shape-mismatch", f"the last axis of 'grid' must have extent {len(input) - 2}", "grid")
    return (input[0], input[1], *grid[1:-1])


@shape_of("tract_core_gru_epilogue")
def gru(call: Call) -> Shape:
    """The shape of the state."""
    return call.shape("h_prev")


@shape_of("tract_core_lstm_epilogue")
def lstm(call: Call) -> tuple[Tensor, Tensor]:
    """Both results have the shape of the cell."""
    fact = tensor(call.tensor("c_prev").dtype, call.shape("c_prev"))
    return fact, fact


@shape_of("tract_core_fft")
def fft(call: Call) -> Shape:
    """The shape of the input, whose last axis holds real and imaginary part."""
    input = call.shape("input")
    _check_complex(input)
    check_axis("axis", integer(call, "axis"), len(input))
    return input


@shape_of("tract_core_stft")
def stft(call: Call) -> Shape:
    """An axis becomes frames and what is in them."""
    input, axis = call.shape("input"), integer(call, "axis")
    _check_complex(input)
    check_axis("axis", axis, len(input))
    frame, stride = integer(call, "frame"), integer(call, "stride")
    if stride < 1 or less(input[axis], frame):
        raise Refusal("invalid-value", f"a frame of {frame} does not fit into {input[axis]} items", "frame")
    frames = (input[axis] - frame) // stride + 1
    return (*input[:axis], frames, frame, *input[axis + 1 :])


def _check_complex(input: Shape) -> None:
    if len(input) < 2 or differ(input[-1], 2):
        message = f"'input' {format_shape(input)} must end in an axis of extent 2, real and imaginary part"
        raise Refusal("shape-mismatch", message, "input")


@shape_of("nearest_upsample", "multilinear_upsample", dialect="tract")
def upsample(call: Call) -> Shape:
    """The last axes, as many as there are factors, grow by them."""
    input, factor = call.shape("input"), extents(call, "factor")
    if len(factor) > len(input):
        raise Refusal("rank-mismatch", f"'factor' has {len(factor)} items, 'input' only rank {len(input)}", "factor")
    if call.operation == "multilinear_upsample" and call.arguments.get("border") not in ("replicate", None):
        raise Refusal("invalid-value", "tract can only replicate the border here", "border")
    kept = len(input) - len(factor)
    return (*input[:kept], *[extent * item for extent, item in zip(input[kept:], factor)])


def merged(a: Extent, b: Extent) -> Extent:
    """The common extent of two axes."""
    return a if a == b else broadcast(a, b)


__all__ = ["merged", "super_type"]
