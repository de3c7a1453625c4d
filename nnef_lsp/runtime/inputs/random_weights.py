"""Random weights that let activations through at about their size: drawn by what reads a variable, not by its label.

A filter is scaled by its fan-in, what is divided by or stands under a root is positive, scales are about 1, offsets about 0.
The same on every machine, as `random:SEED` inputs are.

Not here: weights from files (`weights.py`).
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from enum import IntEnum
from math import prod

import numpy as np

from ...model.flattening.flat_graph import FlatGraph, Invocation, TensorName, tensor_names
from ...model.operations.dialects import DIALECTS
from ..arrays.dtypes import Array

Provider = Callable[[str], Array]


class Role(IntEnum):
    """What a variable is to those who read it; of several the greatest counts."""

    ANY = 0
    OFFSET = 1
    SCALE = 2
    FILTER = 3
    POSITIVE = 4


_ROLES: dict[str, dict[int, Role]] = {
    "batch_normalization": {1: Role.OFFSET, 2: Role.POSITIVE, 3: Role.OFFSET, 4: Role.SCALE},
    "conv": {1: Role.FILTER, 2: Role.OFFSET},
    "deconv": {1: Role.FILTER, 2: Role.OFFSET},
    "separable_conv": {1: Role.FILTER, 2: Role.FILTER, 3: Role.OFFSET},
    "separable_deconv": {1: Role.FILTER, 2: Role.FILTER, 3: Role.OFFSET},
    "linear": {1: Role.FILTER, 2: Role.OFFSET},
    "matmul": {0: Role.FILTER, 1: Role.FILTER},
    "einsum": {0: Role.FILTER},
    "add": {0: Role.OFFSET, 1: Role.OFFSET},
    "sub": {0: Role.OFFSET, 1: Role.OFFSET},
    "mul": {0: Role.SCALE, 1: Role.SCALE},
    "div": {0: Role.SCALE, 1: Role.POSITIVE},
    "pow": {0: Role.POSITIVE},
    "prelu": {1: Role.SCALE},
    **{name: {0: Role.POSITIVE} for name in ("sqrt", "rsqrt", "log", "log2", "rcp", "rsqr")},
}
"""By operation and place among its tensors."""
_MOVES = frozenset((
    "reshape", "transpose", "squeeze", "unsqueeze", "slice", "concat", "stack", "split", "unstack", "copy", "tile",
    "pad", "cast", "broadcast", "max", "min", "clamp", "abs",
))  # fmt: skip
"""Operations whose results are what their operands are."""
_DEEP = 8
"""Steps that a variable is followed through."""


def random_weights(graph: FlatGraph, seed: int) -> Provider:
    """A function from a label to an array for it."""
    variables = {str(item.attributes["label"]): item for item in graph.invocations if item.operation == "variable"}
    readers = _readers(graph)

    def provide(label: str) -> Array:
        variable = variables[label]
        generator = np.random.RandomState([seed & 0xFFFFFFFF, zlib.crc32(label.encode())])
        shape = tuple(variable.ints("shape"))
        if variable.generic == "integer":
            return np.asarray(generator.randint(0, 10, shape))
        if variable.generic == "logical":
            return np.asarray(generator.randint(0, 2, shape), bool)
        uses = [use for name in tensor_names(variable.outputs) for use in _uses(name, shape, readers, graph, 0)]
        role, fan_in = max(uses, key=lambda use: use[0], default=(Role.ANY, _products(shape)))
        return np.asarray(_drawn(generator, shape, role, fan_in), np.float32)

    return provide


def _drawn(generator: np.random.RandomState, shape: tuple[int, ...], role: Role, fan_in: int) -> Array:
    if role == Role.POSITIVE:
        return generator.uniform(1.0, 2.0, shape)  # keeps sums of many branches from growing
    if role == Role.SCALE:
        return generator.uniform(0.5, 1.5, shape)
    deviation = 0.1 if role == Role.OFFSET else np.sqrt(2.0 / max(fan_in, 1))
    return generator.standard_normal(shape) * deviation


Readers = dict[str, list[tuple[Invocation, int]]]


def _readers(graph: FlatGraph) -> Readers:
    found: Readers = {}
    for invocation in graph.invocations:
        for place, item in enumerate(invocation.inputs):
            for name in tensor_names([item]):
                found.setdefault(name, []).append((invocation, place))
    return found


def _uses(
    name: str, shape: tuple[int, ...], readers: Readers, graph: FlatGraph, depth: int
) -> Iterator[tuple[Role, int]]:
    """The role and fan-in of a tensor with each operation that reads it, moves followed."""
    for invocation, place in readers.get(name, ()) if depth < _DEEP else ():
        operation = DIALECTS[graph.dialect].plain_name(invocation.operation)
        role = _ROLES.get(operation, {}).get(place, Role.ANY)
        if operation in _MOVES or (role == Role.OFFSET and _with_a_number(invocation)):
            for output in tensor_names(invocation.outputs):
                fact = graph.tensors.get(output)
                known = fact.shape if fact is not None and fact.shape is not None else shape
                extents = tuple(extent for extent in known if isinstance(extent, int))
                yield from _uses(output, extents or shape, readers, graph, depth + 1)
        else:
            yield role, _fan_in(invocation, place, shape)


def _with_a_number(invocation: Invocation) -> bool:
    """Whether an epsilon or the like is added: what follows tells what it is for."""
    return invocation.operation in ("add", "sub") and not all(
        isinstance(item, TensorName) for item in invocation.inputs
    )


def _fan_in(invocation: Invocation, place: int, shape: tuple[int, ...]) -> int:
    """How many products each item of the result sums up."""
    operation, attributes = invocation.operation, invocation.attributes
    if operation == "matmul" and len(shape) > 1:
        turned = bool(attributes.get("transposeB" if place else "transposeA"))
        return shape[-1] if turned == bool(place) else shape[-2]
    if operation in ("deconv", "separable_deconv") and len(shape) > 1:
        return int(prod(shape) // max(shape[1], 1) // max(prod(invocation.ints("stride")), 1))
    return _products(shape)


def _products(shape: tuple[int, ...]) -> int:
    return prod(shape[1:]) if len(shape) > 1 and shape[0] > 1 else 100
