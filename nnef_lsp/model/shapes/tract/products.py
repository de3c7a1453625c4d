"""tract_core: Einstein summation, matrix products with the roles of axes given, and their quantized forms."""

from __future__ import annotations

import re

from ...dtypes.results import datum_type
from ...extents.dims import Dim, Extent, Shape, format_shape
from ...extents.extremes import broadcast
from ...extents.relations import differ
from ...values.tensor import Tensor, tensor
from .. import Call, Refusal, Undetermined, shape_of, shape_rule
from ..checks import integers

_EXPRESSION = re.compile(r"[a-zA-Z,]*(->[a-zA-Z,]*)?")


@shape_of("tract_core_einsum")
def einsum(call: Call) -> Tensor:
    """Each letter of the result has the extent of the axes that it names."""
    shapes = call.shapes("inputs")
    acc, output = datum_type(call, "acc"), datum_type(call, "output")
    quantized = any(item.dtype[:1] == "q" for item in call.tensors("inputs"))  # only then tract reads 'output'
    return tensor((output if quantized else None) or acc or "?", summed(call, shapes, len(shapes)))


@shape_of("tract_core_einsum_q")
def einsum_q(call: Call) -> Tensor:
    """As einsum over the first two tensors; the type is that of the result."""
    dtype = datum_type(call, "output")
    if dtype is None:
        raise Refusal("invalid-value", "the type of the result must be given", "output")
    return tensor(dtype, summed(call, call.shapes("inputs"), 9))


def summed(call: Call, shapes: list[Shape], count: int) -> Shape:
    """The shape that the expression gives; `count` tensors may be named, of which the first are known.

    A letter of the result that no tensor has gives an axis of extent 1, and one that is repeated counts once.
    """
    terms, result = parts_of(str(call["expr"]))
    if len(terms) != len(shapes) and len(terms) != count:
        message = f"the expression names {len(terms)} tensors, there are {len(shapes)}"
        raise Refusal("invalid-value", message, "expr")
    found: dict[str, Extent] = {}
    for index, (letters, shape) in enumerate(zip(terms, shapes)):
        if len(letters) != len(shape):
            message = f"'{letters}' names {len(letters)} axes, but item {index} of 'inputs' is {format_shape(shape)}"
            raise Refusal("rank-mismatch", message, "expr")
        for letter, extent in zip(letters, shape):
            known = found.get(letter, 1)
            if known != 1 and extent != 1 and differ(known, extent):
                message = f"the axes named '{letter}' have different extents, {known} and {extent}"
                raise Refusal("shape-mismatch", message, "expr")
            found[letter] = merged(known, extent) if letter in found else extent
    return tuple([found.get(letter, 1) for letter in dict.fromkeys(result)])


def parts_of(text: str) -> tuple[list[str], str]:
    """Letters of each tensor and of the result; with nothing behind an arrow the result has what is named once, in order."""
    text = text.replace(" ", "")
    if not _EXPRESSION.fullmatch(text):
        message = "the expression has letters for axes, ',' between tensors and '->' before the result"
        raise Refusal("invalid-value", message + (" (no '...')" if "..." in text else ""), "expr")
    left, _, right = text.partition("->")
    terms = left.split(",")
    if not right:
        joined = "".join(terms)
        right = "".join(sorted({letter for letter in joined if joined.count(letter) == 1}))
    return terms, right


@shape_of("tract_core_matmul", "tract_core_qmatmul")
def matmul(call: Call) -> Shape | Tensor:
    """Rows of A and columns of B at their places, all other axes broadcast.

    So tract documents it; what its releases 0.21 to 0.23 make of tract_core_matmul has neither columns nor a batch.
    """
    a, b, axes = call.shape("A"), call.shape("B"), integers(call, "axes")
    if len(axes) != 6:
        raise Refusal("invalid-value", f"'axes' needs six items, found {len(axes)}", "axes")
    if len(a) != len(b):
        message = f"both factors must have the same rank: 'A' {format_shape(a)} and 'B' {format_shape(b)}"
        raise Refusal("rank-mismatch", message)
    if any(not 0 <= axis < len(a) for axis in axes):
        raise Refusal("axis-out-of-range", f"'axes' {axes} lie outside of the rank {len(a)}", "axes")
    if differ(a[axes[1]], b[axes[2]]):
        raise Refusal("shape-mismatch", f"inner extents must agree: {a[axes[1]]} and {b[axes[2]]}")
    rest = [merged(x, y) for x, y in _others(a, b, axes)]
    found: list[Extent] = []
    for axis in range(len(a)):
        found.append(a[axes[0]] if axis == axes[4] else b[axes[3]] if axis == axes[5] else rest.pop(0))
    shape = tuple(found)
    return tensor(datum_type(call, "output_type") or "?", shape) if call.operation.endswith("qmatmul") else shape


def _others(a: Shape, b: Shape, axes: list[int]) -> list[tuple[Extent, Extent]]:
    left = [extent for axis, extent in enumerate(a) if axis not in axes[:2]]
    right = [extent for axis, extent in enumerate(b) if axis not in axes[2:4]]
    return list(zip(left, right))


@shape_of("tract_core_qconv")
def qconv(call: Call) -> Tensor:
    """As conv; the type is `output_dt`, or that of the input."""
    arguments = dict(call.arguments)
    filter = call.shape("filter")
    groups = arguments.get("groups")
    arguments["groups"] = groups if isinstance(groups, int) and groups else filter[0]
    arguments["output_shape"] = []
    _check_bias(call, filter)
    rule = shape_rule("conv", "tract")
    assert rule is not None
    shape = rule(Call("conv", arguments, call.dialect, call.wanted, call.asker))
    dtype = datum_type(call, "output_dt") or quantized_result(call)
    if not isinstance(shape, tuple):
        raise Undetermined
    return tensor(dtype, tuple(extent for extent in shape if isinstance(extent, (int, Dim))))


def _check_bias(call: Call, filter: Shape) -> None:
    """A number, or a vector of one item for each output channel."""
    shape = call.tensor("bias").shape
    if shape is not None and (len(shape) > 1 or (shape and differ(shape[0], filter[0]))):
        message = f"the bias must be a number or a vector of {filter[0]}, one for each output channel, found {format_shape(shape)}"
        raise Refusal("shape-mismatch", message, "bias")


def merged(a: Extent, b: Extent) -> Extent:
    """The common extent of two axes."""
    return a if a == b else broadcast(a, b)


def quantized_result(call: Call) -> str:
    """The input's type, quantized anew with zero point and scale."""
    return call.tensor("input").dtype
