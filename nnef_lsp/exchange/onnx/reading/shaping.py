"""Other shapes and parts of the same items."""

from __future__ import annotations

from math import gcd

import numpy as np
from onnx import TensorProto

from ...errors import Inexpressible
from . import reads
from .node import Node, finite
from .statements import Operand, Ref
from .tensors import dtype_of


@reads("Reshape")
def reshape(node: Node) -> Operand:
    """The shape as it is written there: 0 keeps an extent, -1 takes what is left, as in NNEF."""
    result = node.results[0].shape
    given = node.given("shape", 1) or []
    zeros = bool(node.attribute("allowzero", 0))
    if result == node.shape():
        return node.tensor(0)
    written = given if len(given) == len(result) and not (zeros and 0 in given) else list(result)
    return node.emit("reshape", node.tensor(0), shape=written)


@reads("Flatten")
def flatten(node: Node) -> Operand:
    axis = node.axis(1)
    result = node.results[0].shape
    if result == node.shape():
        return node.tensor(0)
    return node.emit("reshape", node.tensor(0), shape=[0, -1] if axis == 1 else list(result))


@reads("Squeeze")
def squeeze(node: Node) -> Operand:
    given = node.given("axes", 1)
    if given is None:
        given = [axis for axis, extent in enumerate(node.shape()) if extent == 1]
    axes = sorted(axis + node.rank() if axis < 0 else axis for axis in given)
    return node.emit("squeeze", node.tensor(0), axes=axes) if axes else node.tensor(0)


@reads("Unsqueeze")
def unsqueeze(node: Node) -> Operand:
    given = node.given("axes", 1) or []
    rank = node.rank() + len(given)
    return node.emit("unsqueeze", tensor(node), axes=sorted(axis + rank if axis < 0 else axis for axis in given))


def tensor(node: Node, place: int = 0) -> Operand:
    """An operand of rank 0 too as a tensor."""
    operand = node.tensor(place)
    return operand if isinstance(operand, Ref) else node.stored(node.known(place), ())


@reads("Transpose")
def transpose(node: Node) -> Operand:
    axes = [int(axis) for axis in node.attribute("perm", list(range(node.rank()))[::-1])]
    axes = [axis + node.rank() if axis < 0 else axis for axis in axes]
    if axes == list(range(node.rank())):
        return node.tensor(0)
    return node.emit("transpose", node.tensor(0), axes=axes)


@reads("Concat")
def concat(node: Node) -> Operand:
    there = [node.known(place) for place in range(len(node.operands)) if node.known(place).size]
    if len(there) == 1:
        return node.operand(there[0])
    return node.emit("concat", [node.operand(item) for item in there], axis=node.axis(1))


@reads("Split")
def split(node: Node) -> list[Operand]:
    """Parts in proportion."""
    axis = node.axis(0)
    sizes = [item.shape[axis] for item in node.results]
    if len(sizes) == 1:
        return [node.tensor(0)]
    whole = gcd(*sizes)
    if not all(sizes):
        raise Inexpressible("one of the parts is empty")
    parts = node.emit_list("split", node.tensor(0), len(sizes), axis=axis, ratios=[size // whole for size in sizes])
    return list(parts)


@reads("Slice")
def slice_(node: Node) -> Operand:
    starts, ends = node.given("starts", 1) or [], node.given("ends", 2) or []
    axes = node.given("axes", 3) or list(range(len(starts)))
    steps = node.given("steps", 4) or [1] * len(starts)
    begin, end, stride, cut = [], [], [], []
    for axis, first, last, step in zip(axes, starts, ends, steps, strict=True):
        axis += node.rank() if axis < 0 else 0
        extent = node.shape()[axis]
        a, b, step = slice(first, last, step).indices(extent)
        if (a, b, step) == (0, extent, 1):
            continue
        if node.results[0].shape[axis] == 0:
            raise Inexpressible("it takes no items, and NNEF has no empty tensors")
        cut.append(axis)
        begin.append(a)
        end.append(b if step > 0 or b >= 0 else -extent - 1)
        stride.append(step)
    if not cut:
        return node.tensor(0)
    strides = None if all(step == 1 for step in stride) else stride
    return node.emit("slice", node.tensor(0), axes=cut, begin=begin, end=end, stride=strides)


@reads("Pad")
def pad(node: Node) -> Operand:
    pads = node.given("pads", 1) or node.attribute("paddings") or []
    rank = node.rank()
    axes = node.given("axes", 3) or list(range(rank))
    padding = [(0, 0)] * rank
    for place, axis in enumerate(axes):
        padding[axis] = (int(pads[place]), int(pads[place + len(axes)]))
    mode = str(node.attribute("mode", "constant"))
    borders = {"constant": None, "edge": "replicate", "reflect": "reflect"}
    if mode not in borders:
        raise Inexpressible(f"NNEF has no border for its mode '{mode}'")
    value = float(node.attribute("value", 0.0)) if node.opset < 11 else (node.number(2, 0.0) if node.has(2) else 0.0)
    if all(pair == (0, 0) for pair in padding):
        return node.tensor(0)
    value = finite(value)
    return node.emit(
        "pad", node.real(node.tensor(0)), padding=padding, border=borders[mode],
        value=value if value and mode == "constant" else None,
    )  # fmt: skip


@reads("Tile")
def tile(node: Node) -> Operand:
    repeats = [int(item) for item in node.items(1).reshape(-1)]
    if node.opset < 6:
        wanted = [1] * node.rank()
        wanted[int(node.number(2))] = int(node.number(1))
        repeats = wanted
    return node.emit("tile", node.tensor(0), repeats=repeats) if any(n != 1 for n in repeats) else node.tensor(0)


@reads("Expand")
def expand(node: Node) -> Operand:
    """New axes in front, and copies along axes of extent 1."""
    result, known = node.results[0].shape, node.known(0)
    operand: Operand = tensor(node)
    missing = len(result) - len(known.shape)
    shape = (*([1] * missing), *known.shape)
    if missing:
        operand = node.emit("unsqueeze", operand, axes=list(range(missing)))
    repeats = [o // i if i else 1 for i, o in zip(shape, result, strict=True)]
    return node.emit("tile", operand, repeats=repeats) if any(n != 1 for n in repeats) else operand


@reads("Gather")
def gather(node: Node) -> Operand:
    """Positions that are constants are counted from the front; others are taken to be so."""
    axis = node.axis(0)
    extent = node.shape()[axis]
    indices = node.known(1)
    if indices.items is None:
        return node.emit("gather", tensor(node), tensor(node, 1), axis=axis or None)
    places = indices.array().astype(np.int64)
    places = np.where(places < 0, places + extent, places)
    flat = places.reshape(-1)
    if places.ndim < 2 and flat.size and (np.diff(flat) == 1).all():
        part = node.emit("slice", tensor(node), axes=[axis], begin=[int(flat[0])], end=[int(flat[-1]) + 1])
        return part if places.ndim else node.emit("squeeze", part, axes=[axis])
    return node.emit("gather", tensor(node), node.array(places, "indices", "integer"), axis=axis or None)


@reads("Cast", "CastLike")
def cast(node: Node) -> Operand:
    element = node.results[0].element
    wanted, x = dtype_of(element), node.tensor(0)
    if not isinstance(x, Ref):
        return x
    if x.dtype == wanted:
        return x
    if element == TensorProto.BOOL:
        return node.emit("ne", node.real(x), 0.0)
    return node.emit("cast", x, generic=wanted)


@reads("OneHot")
def one_hot(node: Node) -> Operand:
    """Where the position is that of the index."""
    depth = int(node.number(1))
    off, on = (float(item) for item in node.items(2).reshape(-1))
    rank = node.rank()
    axis = node.axis(-1, rank + 1)
    index = node.emit("unsqueeze", node.real(node.tensor(0)), axes=[axis])
    index = node.emit("select", node.emit("lt", index, 0.0), node.emit("add", index, float(depth)), index)
    shape = [1] * (rank + 1)
    shape[axis] = -1
    places = node.array(np.arange(depth, dtype=np.float32).reshape(shape), "places")
    found = node.emit("select", node.emit("eq", index, places), on, off)
    dtype = node.results[0].dtype
    return found if dtype == "scalar" else node.emit("cast", found, generic=dtype)


@reads("Trilu")
def trilu(node: Node) -> Operand:
    """A constant mask."""
    k = int(node.number(1, 0.0))
    rows, columns = node.shape()[-2:]
    mask = np.tri(rows, columns, k if not node.attribute("upper", 1) else k - 1, dtype=bool)
    mask = mask if not node.attribute("upper", 1) else ~mask
    shaped = node.array(mask.reshape((1,) * (node.rank() - 2) + mask.shape), "mask")
    x = node.tensor(0)
    zero: Operand = {"integer": 0, "logical": False}.get(node.known(0).dtype, 0.0)
    return node.emit("select", shaped, x, zero)


@reads("ReverseSequence", "GatherElements", "GatherND", "ScatterElements", "ScatterND", "NonZero", "TopK", "Unique",
       "NonMaxSuppression", "Compress")  # fmt: skip
def by_position(node: Node) -> Operand:
    raise Inexpressible("NNEF takes or puts items at positions that only a run tells by 'gather' along one axis alone")


@reads("Loop", "Scan", "If")
def controlled(node: Node) -> Operand:
    raise Inexpressible("standard NNEF has no loops and no choice between graphs")
