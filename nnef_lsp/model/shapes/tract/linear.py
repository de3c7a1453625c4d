"""Products of matrices of which tract asks more than the specification."""

from __future__ import annotations

from ...extents.dims import Shape, format_shape
from .. import Call, Refusal, shape_of
from ..linear import linear as standard_linear
from ..linear import matmul as standard_matmul


@shape_of("matmul", dialect="tract")
def matmul(call: Call) -> Shape:
    """4.7: as specified; factors of different ranks only where one is stored in blocks."""
    _check_ranks(call, "A", "B")
    found: Shape = standard_matmul(call)
    return found


@shape_of("linear", dialect="tract")
def linear(call: Call) -> Shape:
    """4.9.2: of any rank, which both factors must have."""
    _check_ranks(call, "input", "filter")
    found: Shape = standard_linear(call)
    return found


def _check_ranks(call: Call, first: str, second: str) -> None:
    """Equal ranks of at least 2, unless a factor comes from a file: it may be stored in blocks, as one axis less."""
    a, b = call.tensor(first), call.tensor(second)
    if a.shape is None or b.shape is None or a.value is not None or b.value is not None:
        return
    if len(a.shape) != len(b.shape) or len(a.shape) < 2:
        message = f"both factors must have the same rank, at least 2: '{first}' {format_shape(a.shape)} and '{second}' {format_shape(b.shape)}"
        raise Refusal("rank-mismatch", message)
