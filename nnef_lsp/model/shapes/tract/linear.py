"""Products of matrices of which tract asks more than the specification."""

from __future__ import annotations

from ...extents.dims import Shape, format_shape
from .. import Call, Refusal, Undetermined, shape_of
from ..checks import broadcast_shapes
from ..linear import matmul as standard_matmul
from ..linear import matrix_product


@shape_of("matmul", dialect="tract")
def matmul(call: Call) -> Shape:
    """4.7: as specified; factors of different ranks only where one is stored in blocks."""
    _check_ranks(call, "A", "B")
    _known_blocks(call.shape("A"), call.shape("B"))
    return standard_matmul(call)


def _known_blocks(a: Shape, b: Shape) -> None:
    """Other ranks are those of a factor that is stored in blocks, which only its file tells."""
    if len(a) != len(b) or len(a) < 2:
        raise Undetermined


@shape_of("linear", dialect="tract")
def linear(call: Call) -> Shape:
    """4.9.2: of any rank, which both factors must have."""
    _check_ranks(call, "input", "filter")
    input, filter = call.shape("input"), call.shape("filter")
    _known_blocks(input, filter)
    output = matrix_product(input, filter, (False, True), ("input", "filter"))
    bias = call.tensor("bias").shape
    return output if bias is None else broadcast_shapes(output, bias, "the product", "'bias'")


def _check_ranks(call: Call, first: str, second: str) -> None:
    """Equal ranks of at least 2, unless a factor comes from a file: it may be stored in blocks, as one axis less."""
    a, b = call.tensor(first), call.tensor(second)
    if a.shape is None or b.shape is None or a.value is not None or b.value is not None:
        return
    if len(a.shape) != len(b.shape) or len(a.shape) < 2:
        message = f"both factors must have the same rank, at least 2: '{first}' {format_shape(a.shape)} and '{second}' {format_shape(b.shape)}"
        raise Refusal("rank-mismatch", message)
