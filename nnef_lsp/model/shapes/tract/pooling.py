"""Windows over the spatial axes, with a number of channels that is known."""

from __future__ import annotations

from ...extents.dims import Shape
from .. import Call, shape_of
from ..pooling import debox as standard_debox
from ..pooling import pooled
from ..windows import pool_window
from .proofs import check_automatic, check_number


@shape_of("box", "max_pool", "avg_pool", "rms_pool", dialect="tract")
def pool(call: Call) -> Shape:
    """4.3.2, 4.9.3: the number of channels must be a number."""
    found: Shape = pooled(call)
    check_number(call.shape("input"), 1, "input")
    return found


@shape_of("debox", dialect="tract")
def debox(call: Call) -> Shape:
    """4.3.2: only with explicit padding, since axes without a window have none that would be automatic."""
    found: Shape = standard_debox(call)
    check_automatic(pool_window(call, len(call.shape("input"))))
    return found
