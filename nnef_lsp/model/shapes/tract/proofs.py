"""What tract asks more than the specification: extents that must be proved to be equal, or be numbers.

Where an extent is symbolic tract does not wait for the run: it refuses what it cannot prove."""

from __future__ import annotations

from ...extents.dims import UNKNOWN, Dim, Extent, Shape, format_shape
from ...extents.relations import same
from .. import Call, Refusal
from ..checks import integers
from ..windows import Window


def unproved(a: Extent, b: Extent) -> bool:
    """Whether two extents are known, and tract does not see that they are equal: it compares them as they are written,
    and looks at assertions for what is a minimum or a maximum only (asserted to be equal is not enough)."""
    if a is UNKNOWN or b is UNKNOWN or a == b:
        return False
    return not same(a, b) or not any(map(_has_extremes, (a, b)))


def _has_extremes(extent: Extent) -> bool:
    terms = extent.terms if isinstance(extent, Dim) and extent.terms is not None else {}
    return any(atom.kind != "symbol" for monomial in terms for atom in monomial)


def check_number(shape: Shape, axis: int, name: str) -> None:
    """An extent that tract needs as a number."""
    extent = shape[axis] if axis < len(shape) else UNKNOWN
    if not isinstance(extent, int) and extent is not UNKNOWN:
        message = f"tract needs the extent of axis {axis} of '{name}' {format_shape(shape)} as a number, it is {extent}"
        raise Refusal("shape-mismatch", message, name)


def check_automatic(window: Window) -> None:
    """Scaling up with automatic padding, tract wants (size - 1)*dilation >= stride on each axis."""
    if window.padding is not None:
        return
    for axis, (size, stride, dilation) in enumerate(zip(window.size, window.stride, window.dilation)):
        if (
            isinstance(size, int)
            and isinstance(stride, int)
            and isinstance(dilation, int)
            and (size - 1) * dilation < stride
        ):
            message = (
                f"tract scales up with automatic padding only where (size - 1)*dilation is at least the stride: on axis "
                f"{axis + window.first} {(size - 1) * dilation} is less than {stride}; give 'padding'"
            )
            raise Refusal("invalid-value", message, "padding")


def check_order(call: Call) -> None:
    """Axes in increasing order."""
    axes = integers(call, "axes")
    if axes != sorted(axes):
        raise Refusal("invalid-value", f"tract wants 'axes' in increasing order, found {axes}", "axes")
