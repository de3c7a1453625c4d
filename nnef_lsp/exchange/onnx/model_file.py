"""An ONNX model's file, weights streamed into it one at a time.

A model is one message of Protocol Buffers, which must be below 2 GB.  Its stored tensors are written into it as they are
read, each behind its header; the lengths, which stand before, are known from shapes and data types.  A larger model keeps
them in a second file beside it, as ONNX has it ("external data").

Not here: the graph (`exporting.py`).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from math import prod
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray
from onnx import ModelProto, TensorProto

from ...archive.atomic import atomic_writer
from ..errors import ExchangeError
from .exporting import OnnxModel
from .protobuf import tag, varint
from .writing.graph_writer import Stored
from .writing.values import numpy_type

Array = NDArray[Any]
Weights = Callable[[str], Array]
Progress = Callable[[int, int, str], None]

INSIDE_BYTES = 1_932_735_283
"""More bytes of weights are kept in a file of their own: the limit is 2**31 - 1 for everything together."""
SUFFIX = ".data"
ALIGNMENT = 4096
"""Offsets of large tensors, so that a reader can map them."""
_MODEL_GRAPH, _GRAPH_INITIALIZER, _TENSOR_RAW = 7, 5, 9
"""Numbers of fields in onnx.proto."""


def size_of(item: Stored) -> int:
    """Bytes of a stored tensor."""
    return prod(item.shape) * numpy_type(item.element).itemsize


def write_model(
    model: OnnxModel, weights: Weights, path: str, inside_bytes: int = INSIDE_BYTES, progress: Progress | None = None
) -> list[str]:
    """Write the model, whole or not at all, and give the files written.  Raises `ExchangeError` or `ArchiveError`."""
    tell = progress or (lambda done, total, text: None)
    if sum(map(size_of, model.stored)) > inside_bytes:
        return _with_data_file(model, weights, path, tell)
    with atomic_writer(path) as file:
        _write_inside(model, weights, file, tell)
    return [path]


def serialized(model: OnnxModel, weights: Weights) -> bytes:
    """The whole model in memory, for a runtime that reads it from there."""
    import io

    buffer = io.BytesIO()
    _write_inside(model, weights, buffer, lambda done, total, text: None)
    return buffer.getvalue()


def _write_inside(model: OnnxModel, weights: Weights, file: BinaryIO | Any, tell: Progress) -> None:
    graph = model.proto.graph.SerializeToString()
    rest = ModelProto()
    rest.CopyFrom(model.proto)
    rest.ClearField("graph")
    headers = [_header(item) for item in model.stored]
    total = len(graph) + sum(len(head) + size_of(item) for head, item in zip(headers, model.stored, strict=True))
    file.write(rest.SerializeToString() + tag(_MODEL_GRAPH) + varint(total) + graph)
    for done, (header, item) in enumerate(zip(headers, model.stored, strict=True)):
        tell(done, len(headers), item.label)
        file.write(header)
        for piece in _pieces(item, weights):
            file.write(piece)


def _header(item: Stored) -> bytes:
    """What stands before the bytes of a tensor: its field in the graph, its own fields, and its length."""
    tensor: bytes = TensorProto(name=item.name, data_type=item.element, dims=item.shape).SerializeToString()
    size = size_of(item)
    inner = tensor + tag(_TENSOR_RAW) + varint(size)
    return tag(_GRAPH_INITIALIZER) + varint(len(inner) + size) + inner


def _with_data_file(model: OnnxModel, weights: Weights, path: str, tell: Progress) -> list[str]:
    proto = ModelProto()
    proto.CopyFrom(model.proto)
    data = os.path.basename(path) + SUFFIX
    with atomic_writer(path) as file, atomic_writer(path + SUFFIX) as second:
        for done, item in enumerate(model.stored):
            tell(done, len(model.stored), item.label)
            second.write(b"\0" * (-second.tell() % ALIGNMENT))
            tensor = proto.graph.initializer.add(name=item.name, data_type=item.element, dims=item.shape)
            tensor.data_location = TensorProto.EXTERNAL
            facts = {"location": data, "offset": second.tell(), "length": size_of(item)}
            for key, value in facts.items():
                tensor.external_data.add(key=key, value=str(value))
            for piece in _pieces(item, weights):
                second.write(piece)
        file.write(proto.SerializeToString())
    return [path, path + SUFFIX]


PIECE = 16 << 20


def _pieces(item: Stored, weights: Weights) -> Iterator[bytes]:
    """The items of a tensor in ONNX's order of bytes, piece by piece, converted to its data type."""
    array = weights(item.label)
    if array.size != prod(item.shape):
        raise ExchangeError(
            f"the data file of '{item.label}' holds {array.size} items, the graph says {prod(item.shape)}"
        )
    wanted = numpy_type(item.element).newbyteorder("<")
    flat = np.ascontiguousarray(array).reshape(-1)
    step = max(1, PIECE // wanted.itemsize)
    for first in range(0, max(flat.size, 1), step):
        yield flat[first : first + step].astype(wanted, copy=False).tobytes()
