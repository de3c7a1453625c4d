"""A file of ONNX, whose tensors are left on disk until they are asked for.

The file is one message of Protocol Buffers.  It is mapped, and walked to where the initializers' bytes lie; the rest, in
which they are missing, is small and parsed by the package `onnx`.  What the file says is not believed: lengths, shapes and
places of other files are checked here, and everything wrong is an `ExchangeError`.
"""

from __future__ import annotations

import mmap
import os
from collections.abc import Iterator
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnx import ModelProto, TensorProto, helper, numpy_helper

from ....archive.errors import quoted
from ....archive.limits import Limits, limits_from_environment
from ....archive.names import unsafe_reason
from ...errors import ExchangeError
from ..protobuf import varint

Array = NDArray[Any]
MODEL_GRAPH, GRAPH_INITIALIZER, TENSOR_RAW = 7, 5, 9
SMALL = 4096
"""Bytes of tensors that are parsed with the rest."""


@dataclass(slots=True)
class Place:
    """Where a tensor's bytes are: in which file, from where on, how many."""

    path: str
    offset: int
    length: int


class ModelSource:
    """An opened file; `proto` is the model without the bytes of its larger tensors."""

    def __init__(self, path: str) -> None:
        self.path, self.folder = path, os.path.dirname(os.path.abspath(path))
        self.limits: Limits = limits_from_environment()
        self._inside: dict[str, Place] = {}
        try:
            with open(path, "rb") as file:
                size = os.fstat(file.fileno()).st_size
                data: Any = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) if size else b""
        except (OSError, ValueError) as error:
            raise ExchangeError(
                f"'{quoted(path)}' cannot be read: {getattr(error, 'strerror', None) or error}"
            ) from error
        self.proto = ModelProto()
        try:
            self.proto.ParseFromString(b"".join(self._without_tensors(data)))
        except ExchangeError:
            raise
        except Exception as error:  # the parser's own errors are of a type that depends on how it was built
            raise ExchangeError(f"'{quoted(path)}' is not a model of ONNX, or is damaged") from error
        if not self.proto.HasField("graph") or (not self.proto.graph.node and not self.proto.graph.output):
            raise ExchangeError(f"'{quoted(path)}' is not a model of ONNX: it has no graph")

    def _without_tensors(self, data: Any) -> Iterator[bytes]:
        """The message without the bytes of its initializers."""
        for number, start, first, last in self._fields(data, 0, len(data)):
            if number != MODEL_GRAPH:
                yield data[start:last]
                continue
            pieces = []
            for inner, begin, head, end in self._fields(data, first, last):
                if inner != GRAPH_INITIALIZER or end - head <= SMALL:
                    pieces.append(data[begin:end])
                else:
                    tensor = self._header(data, head, end)
                    pieces.append(varint(inner << 3 | 2) + varint(len(tensor)) + tensor)
            graph = b"".join(pieces)
            yield varint(number << 3 | 2) + varint(len(graph)) + graph

    def _header(self, data: Any, first: int, last: int) -> bytes:
        """A tensor without its bytes, the place of which is noted."""
        pieces, place = [], None
        for number, start, begin, end in self._fields(data, first, last):
            if number == TENSOR_RAW:
                place = Place(self.path, begin, end - begin)
            else:
                pieces.append(data[start:end])
        header = b"".join(pieces)
        if place is not None:
            tensor = TensorProto()
            tensor.ParseFromString(header)
            self._inside[tensor.name] = place
        return header

    def _fields(self, data: Any, first: int, last: int) -> Iterator[tuple[int, int, int, int]]:
        """(number, start, first byte of the value, end) of each field of a message."""
        at = first
        while at < last:
            start = at
            tag, at = self._number(data, at, last)
            kind = tag & 7
            begin = at
            if kind == 0:
                _, at = self._number(data, at, last)
            elif kind == 1:
                at += 8
            elif kind == 2:
                length, at = self._number(data, at, last)
                begin = at
                at += length
            elif kind == 5:
                at += 4
            else:
                raise self._damaged()
            if at > last:
                raise self._damaged()
            yield tag >> 3, start, begin, at

    def _number(self, data: Any, at: int, last: int) -> tuple[int, int]:
        found = shift = 0
        while at < last and shift < 70:
            byte = data[at]
            found |= (byte & 127) << shift
            at, shift = at + 1, shift + 7
            if byte < 128:
                return found, at
        raise self._damaged()

    def _damaged(self) -> ExchangeError:
        return ExchangeError(f"'{quoted(self.path)}' is not a model of ONNX, or is damaged")

    # ---- Tensors

    def array(self, tensor: TensorProto) -> Array:
        """The items of an initializer, or of an attribute; from the disk as a mapping.  Raises `ExchangeError`."""
        shape = self.shape(tensor)
        if tensor.data_location == TensorProto.EXTERNAL:
            return self._mapped(tensor, shape, self._outside(tensor))
        if tensor.name in self._inside and not tensor.raw_data:
            return self._mapped(tensor, shape, self._inside[tensor.name])
        try:
            array = numpy_helper.to_array(tensor)
        except Exception as error:
            raise self._wrong(tensor, f"cannot be read ({' '.join(str(error).split())[:100]})") from error
        if array.shape != shape:
            raise self._wrong(tensor, f"has {array.size} items, its shape says {prod(shape)}")
        return array

    def shape(self, tensor: TensorProto) -> tuple[int, ...]:
        """Its extents; raises `ExchangeError` for what cannot be a shape."""
        if any(extent < 0 for extent in tensor.dims):
            raise self._wrong(tensor, f"has a negative extent: {list(tensor.dims)}")
        size = prod(tensor.dims)
        if size > self.limits.max_bytes:
            raise self._wrong(tensor, f"would have {size} items")
        return tuple(tensor.dims)

    def _mapped(self, tensor: TensorProto, shape: tuple[int, ...], place: Place) -> Array:
        try:
            dtype = np.dtype(helper.tensor_dtype_to_np_dtype(tensor.data_type))
        except Exception as error:
            raise self._wrong(tensor, "has a data type that is not known") from error
        bits = 4 if tensor.data_type in (TensorProto.INT4, TensorProto.UINT4) else None
        size = (prod(shape) + 1) // 2 if bits else prod(shape) * dtype.itemsize
        if place.length != size:
            raise self._wrong(tensor, f"has {place.length} bytes, its shape and type say {size}")
        if bits:
            whole = TensorProto(data_type=tensor.data_type, dims=shape)
            with open(place.path, "rb") as file:
                file.seek(place.offset)
                whole.raw_data = file.read(place.length)
            return numpy_helper.to_array(whole)
        if not size:
            return np.zeros(shape, dtype)
        return np.memmap(place.path, dtype.newbyteorder("<"), "r", place.offset, shape or (1,)).reshape(shape)

    def _outside(self, tensor: TensorProto) -> Place:
        """A file beside the model, and not anywhere else."""
        facts = {item.key: item.value for item in tensor.external_data}
        location = facts.get("location", "")
        reason = unsafe_reason(location)
        path = os.path.join(self.folder, *location.split("/"))
        inside = os.path.realpath(path).startswith(os.path.realpath(self.folder) + os.sep)
        if reason or not inside:
            raise self._wrong(
                tensor, f"is said to be in '{quoted(location)}', which {reason or 'leads out of the folder'}"
            )
        try:
            size = os.path.getsize(path)
            offset = int(facts.get("offset", "0"))
            length = int(facts["length"]) if "length" in facts else size - offset
        except OSError as error:
            raise self._wrong(tensor, f"is in '{quoted(location)}', which cannot be read: {error.strerror}") from error
        except ValueError as error:
            raise self._wrong(tensor, "has an offset or a length that is not a number") from error
        if not 0 <= offset <= offset + length <= size:
            raise self._wrong(tensor, f"reaches beyond the end of '{quoted(location)}'")
        return Place(path, offset, length)

    def _wrong(self, tensor: TensorProto, what: str) -> ExchangeError:
        return ExchangeError(f"the tensor '{quoted(tensor.name)}' of '{quoted(self.path)}' {what}")
