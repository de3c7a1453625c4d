"""What a step costs before it runs: multiply-accumulates, bytes read and written; from the facts alone.

An extent that is not known makes the number None.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from ...model.extents.dims import UNKNOWN, Extent, Shape, product
from ...model.flattening.flat_graph import Invocation, TensorName, tensor_names
from ...model.operations.scope import declared_traits
from ...model.values.tensor import Tensor

ITEM_BYTES = {"scalar": 4, "integer": 8, "logical": 1, "f16": 2, "f32": 4, "f64": 8, "bool": 1, "tdim": 8}
"""Bytes per item of a float32 run; other types are named by their bits ("i8", "u16")."""


@dataclass(frozen=True, slots=True)
class Cost:
    """`macs` are multiply-accumulates (0 for operations that are not products)."""

    macs: int | None
    read_bytes: int | None
    written_bytes: int | None


def cost(invocation: Invocation, tensors: dict[str, Tensor]) -> Cost:
    """The cost of one invocation."""
    inputs = [tensors.get(name) for name in tensor_names(invocation.inputs)]
    outputs = [tensors.get(name) for name in tensor_names(invocation.outputs)]
    macs = work(invocation, tensors)
    return Cost(macs if isinstance(macs, int) else None, total_bytes(inputs), total_bytes(outputs))


def work(invocation: Invocation, tensors: dict[str, Tensor]) -> Extent | None:
    """Multiply-accumulates, an expression where extents are symbolic; None where one is not known."""
    count = WORK.get(declared_traits(invocation.operation).work)
    return 0 if count is None else _counted(count, invocation, tensors)


def tensor_bytes(fact: Tensor | None) -> int | None:
    """Bytes of a tensor in a float32 run."""
    size = symbolic_bytes(fact)
    return size if isinstance(size, int) else None


def symbolic_bytes(fact: Tensor | None) -> Extent | None:
    """The same, an expression where extents are symbolic; None where one is not known."""
    shape = _known(fact)
    if fact is None or shape is None:
        return None
    width = ITEM_BYTES.get(fact.dtype) or (int(fact.dtype[1:]) // 8 if fact.dtype[1:].isdigit() else 4)
    size: Extent = product(shape) * width
    return size


def total_bytes(facts: Iterable[Tensor | None]) -> int | None:
    """Sum of `tensor_bytes`."""
    total = 0
    for fact in facts:
        size = tensor_bytes(fact)
        if size is None:
            return None
        total += size
    return total


def extents(fact: Tensor | None) -> tuple[int, ...] | None:
    """The shape, if every extent is a known integer."""
    if fact is None or fact.shape is None:
        return None
    known = tuple(extent for extent in fact.shape if isinstance(extent, int))
    return known if len(known) == len(fact.shape) else None


def _known(fact: Tensor | None) -> Shape | None:
    """The shape, if every extent is an integer or an expression of symbols."""
    if fact is None or fact.shape is None or any(extent is UNKNOWN for extent in fact.shape):
        return None
    return tuple(fact.shape)


Work = Callable[[Invocation, Sequence[Shape], Shape], Extent]
"""Multiply-accumulates of an invocation, from the shapes of its inputs and of its result."""


def _counted(count: Work, invocation: Invocation, tensors: dict[str, Tensor]) -> Extent | None:
    shapes = [_known(tensors.get(item.name)) if isinstance(item, TensorName) else () for item in invocation.inputs]
    known = [shape for shape in shapes if shape is not None]
    first = tensor_names(invocation.outputs)[:1]
    output = _known(tensors.get(first[0])) if first else None
    return None if output is None or len(known) < len(shapes) else count(invocation, known, output)


def _conv(invocation: Invocation, shapes: Sequence[Shape], output: Shape) -> Extent:
    return product(output) * product(shapes[1][1:])


def _deconv(invocation: Invocation, shapes: Sequence[Shape], output: Shape) -> Extent:
    return product(shapes[0]) * product(shapes[1][1:])


def _matmul(invocation: Invocation, shapes: Sequence[Shape], output: Shape) -> Extent:
    return product(output) * shapes[0][-2 if invocation.attributes.get("transposeA") else -1]


def _linear(invocation: Invocation, shapes: Sequence[Shape], output: Shape) -> Extent:
    return product(output) * shapes[0][-1]


def _separable(invocation: Invocation, shapes: Sequence[Shape], output: Shape) -> Extent:
    return product(output) * shapes[2][1] + product(output[2:]) * output[0] * product(shapes[1])


WORK: dict[str, Work] = {
    "conv": _conv,
    "deconv": _deconv,
    "matmul": _matmul,
    "linear": _linear,
    "separable_conv": _separable,
}
"""What the key `work` of a declaration may say."""
