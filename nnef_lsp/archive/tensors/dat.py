"""Tensor files, section 5.2 of the specification: a header of 128 bytes, then the items.

Here: the tensor behind a header, and writing.  Not here: the header (`dat_header.py`), how items are coded (`items.py` and
the tables beside it), where the bytes lie (`blobs.py`).

`TensorFile.array` raises ArchiveError. Sizes are bytes.
"""

from __future__ import annotations

import math
import os
import struct
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING

from nnef_lsp.archive.atomic import atomic_writer
from nnef_lsp.archive.blobs import Blob, BytesBlob, FileBlob
from nnef_lsp.archive.errors import ArchiveError, quoted
from nnef_lsp.archive.limits import Limits, bytes_text, limits_from_environment
from nnef_lsp.archive.tensors.dat_header import (
    MAX_RANK,
    Header,
    pack_header,
    read_header,
)
from nnef_lsp.archive.tensors.decoding import Entry, decoded
from nnef_lsp.archive.tensors.items import Shape, kind_named
from nnef_lsp.archive.tensors.khronos_items import QUINT

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from nnef_lsp.archive.arrays import Array


_FORMS = {
    "float16": "e", "float32": "f", "float64": "d", "quint8": "B", "quint16": "H", "quint32": "I",
    "qint8": "b", "qint16": "h", "qint32": "i",
}  # fmt: skip
"""Formats of `struct` for items that it can read."""


class TensorFile:
    """A tensor that is read when it is asked for."""

    def __init__(self, blob: Blob, limits: Limits | None = None) -> None:
        self.blob = blob
        self.limits = limits or limits_from_environment()

    @cached_property
    def header(self) -> Header:
        return read_header(self.blob)

    @property
    def where(self) -> str:
        return self.blob.where

    @property
    def shape(self) -> Shape:
        return self.header.shape

    @property
    def item_type(self) -> str:
        return self.header.item_type

    @property
    def nnef_type(self) -> str:
        return self.header.nnef_type

    @property
    def notices(self) -> tuple[str, ...]:
        return self.header.notices

    @property
    def bytes(self) -> int:
        """On disk, header included."""
        return self.blob.size

    @property
    def dtype(self) -> str | None:
        """The numpy type of the items as they lie in the file, None where they must be decoded."""
        return self.header.kind.dtype(self.header.bits)

    def array(self) -> Array:
        """The items, read-only; memory-mapped where they lie as numpy lays them out. Quantized integers stay integers."""
        header = self.header
        needed = header.kind.decoded_bytes(header.shape, header.bits)
        self.limits.check_bytes(self.where, needed)
        data = self.blob.buffer()[header.offset :]
        try:
            result = header.kind.decode(data, header.shape, header.bits)
        except (ValueError, OverflowError) as error:
            raise ArchiveError(f"{quoted(self.where)} {error}.") from None
        result.flags.writeable = False
        return result

    @contextmanager
    def parts(self) -> Iterator[Callable[[int, int], Array]]:
        """A function (first, count) -> those items in row-major order, flat, for going through a file in blocks.

        It reads rather than maps, so a file that shrinks meanwhile is an error and not the end of the process. Its
        result is overwritten by the next call. `first` must be a multiple of `part_unit`.
        """
        header = self.header
        group = header.kind.group(header.bits)
        if group is None:
            flat = self.array().ravel()
            yield lambda first, count: flat[first : first + count]
            return
        items, size = group
        room = bytearray()
        with self.blob.session() as readinto:

            def part(first: int, count: int) -> Array:
                nonlocal room
                count = min(count, header.count - first)
                whole = min(-(-count // items) * items, header.count - first)
                needed = min(-(-count // items) * size, header.length - first // items * size)
                if len(room) < needed:
                    room = bytearray(needed)
                target = memoryview(room)[:needed]
                if readinto(header.offset + first // items * size, target) < needed:
                    raise ArchiveError(f"{quoted(self.where)} became shorter while it was read; read it again.")
                return header.kind.decode(target, (whole,), header.bits)[:count]

            yield part

    def numbers(self) -> Iterator[float]:
        """The items one by one, without numpy: floating-point numbers, and codes of whole bytes; nothing of other files."""
        form = _FORMS.get(self.header.item_type)
        if form is None:
            return
        size, at, end = self.header.bits // 8, self.header.offset, self.header.offset + self.header.length
        block = size * 16  # the first few decide mostly, so little is read at first
        while at < end:
            data = self.blob.read(at, min(block, end - at))
            yield from (item for (item,) in struct.iter_unpack(f"<{form}", data[: len(data) // size * size]))
            at, block = at + max(len(data), size), min(block * 8, 1 << 20)

    def check_work(self) -> None:
        """Raises LimitError for so many packed items that looking at each would keep a user waiting for minutes."""
        if self.dtype is None:
            self.limits.check_items(self.where, self.header.count)

    @property
    def part_unit(self) -> int:
        """Items that `parts` cannot divide: 8 for packed widths, 32 for blocks."""
        group = self.header.kind.group(self.header.bits)
        return group[0] if group else 1

    def real_values(self, entry: Entry | None = None) -> Array:
        """`array()`, but codes decoded (float64): by the deprecated range in the file, which is for interpreting the data
        in it (section 7.1), else by the entry that graph.quant has for the tensor; as they are without either."""
        header, found = self.header, self.header.deprecated_range
        if not header.quantized or (found is None and entry is None):
            return self.array()
        if found is not None:
            return _dequantize(self.array(), header.code, header.bits, *found)
        assert entry is not None
        return decoded(self.array(), header.bits, entry)


def _dequantize(items: Array, code: int, bits: int, low: float, high: float) -> Array:
    """The deprecated decoding formulas of section 5.2: code 2 linear, code 3 logarithmic."""
    import numpy as np

    steps = float(2**bits - 1)
    if code == QUINT:
        return items.astype(np.float64) / steps * (high - low) + low
    codes = items.astype(np.int64) & (2**bits - 1) if bits < 64 else items.astype(np.float64)
    top = math.ceil(math.log2(high)) if high > 0 and math.isfinite(high) else 0
    if low < 0:  # signed: the highest bit is the sign, the others hold the magnitude
        half = 2 ** (bits - 1)
        negative, codes, steps = codes >= half, codes % half, float(half - 1)
    else:
        negative = np.zeros(items.shape, bool)
    with np.errstate(all="ignore"):
        values = np.exp2(codes + (top - steps))
    return np.where(negative, -values, values)


def open_tensor(path: str | os.PathLike[str], limits: Limits | None = None) -> TensorFile:
    """A `.dat` file by its path, outside any model; its header is checked at once."""
    tensor = TensorFile(FileBlob(os.fspath(path)), limits)
    tensor.header  # noqa: B018 -- refuse now rather than at the first use
    return tensor


def read_tensor(path: str | os.PathLike[str]) -> Array:
    return open_tensor(path).array()


def decode_tensor(data: bytes, where: str = "tensor") -> TensorFile:
    """A tensor file that is in memory."""
    tensor = TensorFile(BytesBlob(where, data))
    tensor.header  # noqa: B018
    return tensor


def encode_tensor(
    array: ArrayLike, item_type: str | None = None, *, bits: int | None = None, like: Header | None = None
) -> bytes:
    """The bytes of a tensor file. Raises ArchiveError when `array` does not fit the item type."""
    head, data = _encoded(array, item_type, bits, like)
    return head + bytes(data)


def write_tensor(
    path: str | os.PathLike[str],
    array: ArrayLike,
    item_type: str | None = None,
    *,
    bits: int | None = None,
    like: Header | None = None,
) -> None:
    """Write a tensor file; the old one stays whole until the new one is complete.

    `item_type` is a readable name ('float16', 'quint4', 'bool', 'q4_0'); without it the array's own type decides
    (bool takes 1 bit per item, `bits=8` a byte). `like` takes the type and all other fields from another header,
    which makes reading and writing a file return the same bytes.
    """
    head, data = _encoded(array, item_type, bits, like)
    folder = os.path.dirname(os.fspath(path))
    if folder:
        os.makedirs(folder, exist_ok=True)
    with atomic_writer(path) as file:
        file.write(head)
        file.write(data)


def _encoded(
    array: ArrayLike, item_type: str | None, bits: int | None, like: Header | None
) -> tuple[bytes, bytes | memoryview]:
    import numpy as np

    values = np.asarray(array)
    if like is not None:
        kind, width = like.kind, like.bits
    else:
        name = item_type or _own_item_type(values)
        found = kind_named(name)
        if found is None:
            raise ArchiveError(f"A tensor file cannot hold the item type '{quoted(name)}'; convert the array first.")
        kind, width = found[0], bits if bits is not None else found[1]
    try:
        _check_shape(values.shape)
        kind.check(values.shape, width)
        data = kind.encode(values, width)
    except ValueError as error:
        raise ArchiveError(
            f"This array {error}." if " has " in f" {error}" else f"This array cannot be stored: {error}."
        ) from None
    if len(data) > 0xFFFFFFFF:
        raise ArchiveError(f"A tensor file holds at most 4 GiB of data, but this array takes {bytes_text(len(data))}.")
    return pack_header(values.shape, len(data), kind, width, like), data


def _own_item_type(values: Array) -> str:
    if values.dtype.kind == "U":
        return "string"
    if values.dtype.kind == "c":
        return f"complex_float{values.dtype.itemsize * 4}"
    if values.dtype.names == ("re", "im"):
        return f"complex_int{values.dtype.itemsize * 4}"
    return str(values.dtype.name)


def _check_shape(shape: Sequence[int]) -> None:
    if len(shape) > MAX_RANK:
        raise ValueError(f"rank {len(shape)} is above {MAX_RANK}")
    if any(extent > 0xFFFFFFFF for extent in shape):
        raise ValueError("an extent is above 2^32 - 1")
