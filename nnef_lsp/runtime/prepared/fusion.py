"""Which element-wise operations ride along with the operation before them.

A step joins when the tensor between is read by nobody else and is not wanted, shapes agree, and its other operands are
numbers, vectors over the channels, or tensors of the same shape.  A factor and an offset that follow a product directly
move into its filter and bias.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from ...model.flattening.flat_graph import Input, TensorName
from ..arrays.dtypes import Array
from ..kernels import kernels
from ..planning.plan import Step
from . import epilogue as stages
from .constants import Constants
from .epilogue import Epilogue, Stage

Factor = Array | np.floating
"""A number, or a vector over the channels."""
_UNARY = {
    "sigmoid",
    "tanh",
    "exp",
    "sqrt",
    "sqr",
    "abs",
    "neg",
    "floor",
    "ceil",
    "round",
    "silu",
    "rcp",
    "rsqrt",
    "log",
}
_BINARY = {
    "add": np.add,
    "sub": np.subtract,
    "mul": np.multiply,
    "div": np.divide,
    "min": np.minimum,
    "max": np.maximum,
}


@dataclass(slots=True)
class Tail:
    """The steps that ride along: `scale` and `offset` (vectors or numbers, or None) for the filter, then the stages."""

    steps: list[Step] = field(default_factory=list)
    scale: Factor | None = None
    offset: Factor | None = None
    epilogue: Epilogue = field(default_factory=Epilogue)


@dataclass(slots=True)
class Neighbours:
    """What fusion asks of the graph."""

    shape: Callable[[str], tuple[int, ...] | None]
    real: Callable[[str], bool]
    reader: Callable[[str], Step | None]
    """The only step that reads a tensor, None if there are several or the tensor must survive."""
    constants: Constants


def tail_of(step: Step, context: Neighbours, linear: bool, most: int = 16) -> Tail:
    """The tail of a step with one result; `linear` allows factors and offsets to move into the filter."""
    tail = Tail()
    current = step.writes[0]
    while len(tail.steps) < most:
        follower = context.reader(current)
        if follower is None or not _joins(follower, current, tail, context, linear and not tail.epilogue.stages):
            break
        tail.steps.append(follower)
        current = follower.writes[0]
    return tail


def _joins(step: Step, current: str, tail: Tail, context: Neighbours, linear: bool) -> bool:
    if step.invocation.has_given:
        return False
    if (
        len(step.writes) != 1
        or context.shape(step.writes[0]) != context.shape(current)
        or not context.real(step.writes[0])
    ):
        return False
    if step.invocation.operation == "batch_normalization":
        return _normalization(step, current, tail, context, linear)
    affine = _affine(step, current, context) if linear else None
    if affine is not None:
        _into_filter(tail, *affine)
        return True
    found = _stages(step, current, tail, context)
    tail.epilogue.stages += found
    return bool(found)


def _into_filter(tail: Tail, scale: Factor | None, offset: Factor | None) -> None:
    """(w x + b) s + o = (w s) x + (b s + o)."""
    if scale is not None:
        tail.scale = scale if tail.scale is None else tail.scale * scale
        tail.offset = None if tail.offset is None else tail.offset * scale
    if offset is not None:
        tail.offset = offset if tail.offset is None else tail.offset + offset


def _affine(step: Step, current: str, context: Neighbours) -> tuple[Factor | None, Factor | None] | None:
    operation, inputs = step.invocation.operation, step.invocation.inputs
    if operation not in ("add", "sub", "mul"):
        return None
    first = _is(inputs[0], current)
    other = _operand(inputs[1] if first else inputs[0], current, context)
    if other is None or (operation == "sub" and not first):
        return None
    return (other, None) if operation == "mul" else (None, -other if operation == "sub" else other)


def _normalization(step: Step, current: str, tail: Tail, context: Neighbours, linear: bool) -> bool:
    """offset + scale * (x - mean) / sqrt(variance + epsilon) as one factor and one offset."""
    inputs = step.invocation.inputs
    operands = [_operand(item, current, context) for item in inputs[1:]]
    known = [operand for operand in operands if operand is not None]
    if not _is(inputs[0], current) or len(known) < len(operands):
        return False
    mean, variance, offset, scale = known
    real = np.asarray(mean).dtype.type
    factor = scale / np.sqrt(variance + real(step.invocation.number("epsilon")))
    shift = offset - mean * factor
    if linear:
        _into_filter(tail, factor, shift)
    else:
        tail.epilogue.stages += [Stage(np.multiply, factor), Stage(np.add, shift)]
    return True


def _stages(step: Step, current: str, tail: Tail, context: Neighbours) -> list[Stage]:
    """What the step does to the tensor `current`; nothing if it cannot ride along."""
    operation, inputs = step.invocation.operation, step.invocation.inputs
    real = np.dtype(context.constants.scalar).type
    if operation in _BINARY:
        return _binary_stage(step, current, tail, context)
    if not inputs or not _is(inputs[0], current):
        return []
    if operation == "relu":
        return stages.bounds(low=real(0))
    if operation == "leaky_relu" and 0.0 <= step.invocation.number("alpha") <= 1.0:
        return [Stage(stages.leaky, real(step.invocation.number("alpha")))]
    if operation == "clamp":
        low, high = (_operand(item, current, context) for item in inputs[1:])
        numbers = all(bound is not None and np.ndim(bound) == 0 for bound in (low, high))
        return stages.bounds(low, high) if numbers else []
    return [Stage(stages.unary(kernels()[operation].function))] if operation in _UNARY else []


def _binary_stage(step: Step, current: str, tail: Tail, context: Neighbours) -> list[Stage]:
    operation, inputs = step.invocation.operation, step.invocation.inputs
    function, first = _BINARY[operation], _is(inputs[0], current)
    item = inputs[1] if first else inputs[0]
    if _is(item, current):
        return []
    apply = function if first else stages.swapped(function)
    operand = _operand(item, current, context)
    if operand is not None and np.ndim(operand) == 0 and operation in ("min", "max"):
        return stages.bounds(**{"high" if operation == "min" else "low": operand})
    if operand is not None:
        return [Stage(apply, operand)]
    if isinstance(item, TensorName) and context.shape(item.name) == context.shape(current) and context.real(item.name):
        tail.epilogue.extras.append(item.name)
        return [Stage(apply, None, len(tail.epilogue.extras) - 1)]
    return []


def _is(item: Input, name: str) -> bool:
    return isinstance(item, TensorName) and item.name == name


def _operand(item: Input, current: str, context: Neighbours) -> Factor | None:
    """A known operand as a number or a vector over the channels; None if it is neither."""
    value = context.constants.resolve(item)
    shape = context.shape(current)
    if value is None or shape is None or value.dtype.kind not in "fiu":
        return None
    real = value.astype(context.constants.scalar, copy=False)
    if real.size == 1:
        number: np.floating = real.dtype.type(real.item())
        return number
    return vector(real, shape[1])


def vector(value: Array, channels: int) -> Array | None:
    """[1, C] or [1, C, 1..] as [C]."""
    shape = value.shape
    if len(shape) > 1 and shape[1] == channels and value.size == channels:
        return np.ascontiguousarray(value).reshape(-1)
    return None
