"""Matrix multiplication (4.7) and fully connected layers (4.9.2)."""

from __future__ import annotations

from ..extents.dims import Shape, format_shape
from ..extents.relations import differ
from ..findings import Slug
from . import Call, Refusal, shape_of
from .checks import broadcast_shapes, check_rank, logical


@shape_of("matmul")
def matmul(call: Call) -> Shape:
    """4.7: batch axes broadcast, inner extents agree."""
    a, b = call.shape("A"), call.shape("B")
    return matrix_product(a, b, (logical(call, "transposeA"), logical(call, "transposeB")), ("A", "B"))


def matrix_product(a: Shape, b: Shape, transposed: tuple[bool, bool], names: tuple[str, str]) -> Shape:
    """The shape of a product of two batches of matrices."""
    first, second = f"'{names[0]}' {format_shape(a)}", f"'{names[1]}' {format_shape(b)}"
    check_matrix_ranks(a, b, first, second)
    rows, inner = (a[-1], a[-2]) if transposed[0] else (a[-2], a[-1])
    other, columns = (b[-1], b[-2]) if transposed[1] else (b[-2], b[-1])
    if differ(inner, other):
        axes = len(a) - (2 if transposed[0] else 1), len(b) - (1 if transposed[1] else 2)
        message = (
            f"inner extents must agree: {first} has {inner} on axis {axes[0]}, {second} has {other} on axis {axes[1]}"
        )
        raise Refusal("shape-mismatch", message)
    return (*broadcast_shapes(a[:-2], b[:-2], f"batch axes of '{names[0]}'", f"of '{names[1]}'"), rows, columns)


def check_matrix_ranks(a: Shape, b: Shape, first: str, second: str) -> None:
    """Equal ranks, at least 2."""
    if len(a) == len(b) and len(a) >= 2:
        return
    if len(a) != len(b):
        raise Refusal("rank-mismatch", f"both factors must have the same rank: {first} and {second}")
    raise Refusal("rank-mismatch", f"both factors must have at least rank 2: {first} and {second}")


@shape_of("linear")
def linear(call: Call) -> Shape:
    """4.9.2: [batch, channels] times [output channels, channels].  Validity follows from the primitives (4.9), and matmul takes
    any equal ranks (4.7)."""
    input, filter = call.shape("input"), call.shape("filter")
    if len(input) == len(filter) > 2:
        output = matrix_product(input, filter, (False, True), ("input", "filter"))
        bias = call.tensor("bias").shape
        return output if bias is None else broadcast_shapes(output, bias, "the product", "'bias'")
    check_rank("input", input, 2, "[batch, channels]")
    check_rank("filter", filter, 2, "[output channels, input channels]")
    if differ(input[1], filter[1]):
        message = (
            f"'filter' {format_shape(filter)} has {filter[1]} input channels on axis 1, but 'input' has {input[1]}"
        )
        raise Refusal("shape-mismatch", message, "filter")
    check_bias(call, filter)
    return input[0], filter[0]


def check_bias(call: Call, filter: Shape) -> None:
    """[1, output channels]; Khronos' tools also take [output channels]."""
    bias = call.tensor("bias").shape
    if not bias:
        return
    fits = not differ(bias[-1], filter[0]) or bias[-1] == 1
    if len(bias) > 2 or not fits or (len(bias) == 2 and differ(bias[0], 1)):
        rule: Slug = "rank-mismatch" if len(bias) > 2 else "shape-mismatch"
        message = (
            f"'bias' must have the shape [1, {filter[0]}], "
            f"one value for each output channel, found {format_shape(bias)}"
        )
        raise Refusal(rule, message, "bias")
