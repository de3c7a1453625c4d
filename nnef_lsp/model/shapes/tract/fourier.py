"""Fourier transforms, whole or of frames."""

from __future__ import annotations

from ...extents.dims import Shape, format_shape
from ...extents.relations import less
from .. import Call, Refusal, shape_of
from ..checks import check_axis, integer
from .proofs import unproved


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
    if len(input) < 2 or unproved(input[-1], 2):
        message = f"'input' {format_shape(input)} must end in an axis of extent 2, real and imaginary part"
        raise Refusal("shape-mismatch", message, "input")
