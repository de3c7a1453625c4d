"""Windows over the spatial axes, with a number of channels that is known."""

from __future__ import annotations

from ...extents.dims import Shape
from .. import Call, shape_of
from ..checks import BORDERS, check_one_of, extents
from ..windows import Window, down_scaled, pool_window, reverse_pool, up_scaled
from .proofs import check_automatic, check_number


@shape_of("box", "max_pool", "avg_pool", "rms_pool", dialect="tract")
def pool(call: Call) -> Shape:
    """4.3.2, 4.9.3: batch and channels are left alone, and borders are not made up from the input (tract panics).

    The number of channels must be a number.
    """
    check_one_of(call, "border", ("ignore", "constant"))
    input = call.shape("input")
    found = (*input[:2], *down_scaled(without_channels(pool_window(call, len(input))), input[2:]))
    check_number(input, 1, "input")
    return found


def without_channels(window: Window) -> Window:
    """The window on the spatial axes alone."""
    padding = window.padding and window.padding[2:]
    return Window(window.size[2:], padding, window.stride[2:], window.dilation[2:], window.owner, 2)


@shape_of("debox", dialect="tract")
def debox(call: Call) -> Shape:
    """4.3.2: only with explicit padding, since axes without a window have none that would be automatic."""
    check_one_of(call, "border", ("ignore", *BORDERS))
    input = call.shape("input")
    window = pool_window(call, len(input))
    overlooked = len(extents(call, "output_shape")) != len(input)
    found = up_scaled(window, input) if overlooked else reverse_pool(call, input)
    check_automatic(window)
    return found
