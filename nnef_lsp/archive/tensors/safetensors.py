"""Files of Hugging Face's safetensors.

Here: reading (memory-mapped) and writing; the format is eight bytes of length, a JSON header and the items, so no
package is needed. Not here: matching names with labels (weights.py). Raises ArchiveError.
"""

from __future__ import annotations

import json
import math
import os
import struct
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from nnef_lsp.archive.atomic import atomic_writer
from nnef_lsp.archive.blobs import FileBlob
from nnef_lsp.archive.errors import ArchiveError, quoted
from nnef_lsp.archive.limits import Limits
from nnef_lsp.archive.tensors.plausible import plausible_shape
from nnef_lsp.archive.tensors.tensor import ForeignTensor, Tensor

if TYPE_CHECKING:
    from nnef_lsp.archive.arrays import Array

_MOST_HEADER = 100_000_000  # the limit of the reference implementation
_BF16 = "BF16"
_DTYPES = {
    "F64": "<f8", "F32": "<f4", "F16": "<f2", _BF16: "<u2", "BOOL": "?", "C64": "<c8",
    "I64": "<i8", "I32": "<i4", "I16": "<i2", "I8": "|i1", "U64": "<u8", "U32": "<u4", "U16": "<u2", "U8": "|u1",
}  # fmt: skip
_CODES = {
    "float64": "F64", "float32": "F32", "float16": "F16", "bool": "BOOL", "complex64": "C64",
    "int64": "I64", "int32": "I32", "int16": "I16", "int8": "I8",
    "uint64": "U64", "uint32": "U32", "uint16": "U16", "uint8": "U8",
}  # fmt: skip
_NAMES = {code: name for name, code in _CODES.items()} | {_BF16: "bfloat16"}


def read_safetensors(path: str, limits: Limits) -> dict[str, ForeignTensor]:
    """The tensors of a file by name. bfloat16 is given as float32, which holds it exactly."""
    blob = FileBlob(path)
    start = blob.read(0, 8)
    length = struct.unpack("<Q", start)[0] if len(start) == 8 else -1
    if not 0 < length <= min(_MOST_HEADER, blob.size - 8):
        raise ArchiveError(f"{quoted(path)} is not a safetensors file, or it is incomplete.")
    try:
        header = json.loads(blob.read(8, length).decode("utf-8"))
        items = {name: facts for name, facts in header.items() if name != "__metadata__"}
        limits.check_files(path, len(items))
        return {name: _tensor(blob, 8 + length, name, facts) for name, facts in items.items()}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ArchiveError(f"{quoted(path)} has a damaged safetensors header: {quoted(error)}.") from None


def _tensor(blob: FileBlob, base: int, name: str, facts: dict[str, Any]) -> ForeignTensor:
    import numpy as np

    code, shape, (begin, end) = facts["dtype"], facts["shape"], facts["data_offsets"]
    where = f"{blob.where}:{quoted(name)}"
    if code not in _DTYPES:
        raise ArchiveError(f"{where} has items of the type {quoted(code)}, which is not read.")
    dtype = np.dtype(_DTYPES[code])
    shape = plausible_shape(where, shape, dtype.itemsize)
    if not all(type(number) is int and number >= 0 for number in (begin, end)):
        raise ValueError(f"{quoted(name)} has impossible offsets")
    if end - begin != math.prod(shape) * dtype.itemsize or base + end > blob.size:
        raise ArchiveError(f"{where} claims bytes {begin} to {end} for the shape {quoted(list(shape))}; it is damaged.")

    def load() -> Array:
        count = math.prod(shape)
        items = np.frombuffer(blob.buffer(), dtype, count, base + begin) if count else np.zeros(0, dtype)
        if code == _BF16:
            items = (items.astype(np.uint32) << 16).view(np.float32)
        array = items.reshape(shape)
        array.flags.writeable = False
        return array

    return ForeignTensor(where, shape, _NAMES[code], end - begin, load)


def write_safetensors(path: str | os.PathLike[str], tensors: Iterable[tuple[str, Tensor]]) -> list[str]:
    """Write `tensors`, one in memory at a time; the labels of those that the format cannot hold (strings).

    The bytes depend on the tensors alone: names are sorted and each starts at a multiple of 8.
    """
    import numpy as np

    named = sorted(tensors, key=lambda pair: pair[0])
    kept = [(name, tensor, _code_of(tensor)) for name, tensor in named]
    header: dict[str, Any] = {"__metadata__": {"format": "nnef"}}
    position = 0
    for name, tensor, code in kept:
        if code:
            size = math.prod(tensor.shape) * np.dtype(_DTYPES[code]).itemsize
            header[name] = {"dtype": code, "shape": list(tensor.shape), "data_offsets": [position, position + size]}
            position += size
    text = json.dumps(header, separators=(",", ":"), ensure_ascii=False).encode("utf-8")
    text += b" " * (-len(text) % 8)
    with atomic_writer(path) as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for _, tensor, code in kept:
            if code:
                data = np.ascontiguousarray(tensor.array(), _DTYPES[code])
                file.write(data.reshape(-1).view(np.uint8).data)
    return [name for name, _, code in kept if not code]


def _code_of(tensor: Tensor) -> str | None:
    """The type that holds the decoded items of `tensor`, None for strings and records."""
    from nnef_lsp.archive.tensors.items import kind_named

    found = kind_named(tensor.item_type)
    if tensor.item_type in _CODES:
        return _CODES[tensor.item_type]
    if tensor.item_type == "bfloat16" or tensor.item_type.startswith("q4_") or tensor.item_type.startswith("q8_"):
        return "F32"
    if tensor.item_type in ("complex_float32", "complex_float64"):
        return "C64"
    if found and tensor.item_type.lstrip("q").startswith(("int", "uint")):
        from nnef_lsp.archive.tensors.bits import container_bits

        kind = "U" if "u" in tensor.item_type else "I"
        return f"{kind}{container_bits(found[1])}"
    if tensor.item_type.startswith(("Q", "IQ", "TQ", "MXFP")):  # gguf's block formats are given as float32
        return "F32"
    return None
