"""Tensor files, section 5.2 of the specification: a header of 128 bytes, then the items.

Here: reading a header with `struct` alone (no numpy), refusing what it cannot mean, the tensor behind it, and writing.
Not here: how items are coded (items.py and the tables beside it), where the bytes lie (blobs.py).

`read_header` and `TensorFile.array` raise ArchiveError. Sizes are bytes.
"""

from __future__ import annotations

import math
import os
import struct
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from nnef_lsp.archive.atomic import atomic_writer
from nnef_lsp.archive.blobs import Blob, BytesBlob, FileBlob
from nnef_lsp.archive.errors import ArchiveError, quoted
from nnef_lsp.archive.limits import Limits, bytes_text, limits_from_environment
from nnef_lsp.archive.tensors.decoding import Entry, decoded
from nnef_lsp.archive.tensors.items import ItemKind, Shape, kind_named, kinds
from nnef_lsp.archive.tensors.khronos_items import INT, QINT, QUINT, UINT

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from nnef_lsp.archive.arrays import Array

HEADER_BYTES = 128
HISTORICAL_BYTES = 132  # an early exporter wrote one reserved word too many
MAX_RANK = 8
MAGIC = b"\x4e\xef"

_LAYOUT = struct.Struct("<2sBBII8IIHH32s44s")
assert _LAYOUT.size == HEADER_BYTES


@dataclass(frozen=True)
class Header:
    """What the first 128 bytes say, checked against the file's size."""

    shape: Shape
    bits: int
    vendor: int
    code: int  # as it acts: 4 when the deprecated flag says that code 1 is signed
    length: int
    offset: int  # where the items begin: 128, or 132 in historical files
    raw: bytes
    notices: tuple[str, ...] = ()

    @property
    def kind(self) -> ItemKind:
        return kinds()[self.vendor, self.code]

    @property
    def item_type(self) -> str:
        """'float32', 'uint8', 'quint4', 'bool', 'q4_0', ..."""
        return self.kind.name(self.bits)

    @property
    def nnef_type(self) -> str:
        """'scalar', 'integer', 'logical' or 'string'."""
        return self.kind.nnef_type

    @property
    def quantized(self) -> bool:
        """A quantized integer. tract marks *all* integers so, hence such a file may hold scalars or integers."""
        return self.kind.quantized

    @property
    def rank(self) -> int:
        return len(self.shape)

    @property
    def count(self) -> int:
        return math.prod(self.shape)

    @property
    def deprecated_range(self) -> tuple[float, float] | None:
        """(min, max) that the deprecated parameters of a quantized file give, if they do."""
        low, high = struct.unpack_from("<ff", self.raw, 52)
        return (low, high) if self.quantized and self.vendor == 0 and (low or high) else None


def read_header(blob: Blob) -> Header:
    """The header of a tensor file, read alone. Raises ArchiveError when the file cannot be what the header says."""
    raw = blob.read(0, HISTORICAL_BYTES)
    try:
        return _parse(raw, blob.size)
    except ValueError as error:
        raise ArchiveError(f"{quoted(blob.where)} {error}.") from None


def _parse(raw: bytes, size: int) -> Header:
    _check_start(raw, size)
    _, _, _, length, rank, *words = _LAYOUT.unpack_from(raw)
    extents, (bits, code, vendor, parameters, reserved) = words[:8], words[8:]
    if rank > MAX_RANK:
        raise ValueError(f"claims rank {rank}, but a tensor file has at most rank {MAX_RANK}")
    shape = tuple(extents[:rank])
    if vendor == 0 and code == UINT and any(parameters[:4]):
        code = INT
    _check_items(shape, bits, vendor, code, length, size)
    offset, historical = _data_offset(raw, length, size, kinds()[vendor, code].length(shape, bits) is None)
    notices = [historical] if historical else []
    if any(extents[rank:]):
        notices.append(f"Extents behind rank {rank} are not zero; they are ignored.")
    if vendor == 0 and code == INT and any(parameters[:4]) and raw[48] == UINT:
        notices.append("The deprecated flag for signed integers is set; item type 4 replaces it.")
    if vendor == 0 and code in (QUINT, QINT) and any(parameters[:8]):
        notices.append("The range of a quantized tensor belongs in graph.quant; the one in the file is deprecated.")
    if any(reserved):
        notices.append("Reserved bytes of the header are not zero; they are ignored.")
    return Header(shape, bits, vendor, code, length, offset, raw[:HEADER_BYTES], tuple(notices))


def _check_start(raw: bytes, size: int) -> None:
    if raw[:2] != MAGIC:
        found = {b"PK": "a zip archive", b"\x1f\x8b": "a gzip file", b"\x93N": "a numpy file"}.get(raw[:2])
        raise ValueError(
            f"is not an NNEF tensor file: it begins with {quoted(raw[:4])[1:] if raw else 'nothing'}, not 4E EF"
            + (f" (it looks like {found})" if found else "")
        )
    if len(raw) < HEADER_BYTES:
        raise ValueError(f"ends inside its header, after {size} of {HEADER_BYTES} bytes; the copy is incomplete")
    if raw[2:4] != b"\1\0":
        raise ValueError(f"has version {raw[2]}.{raw[3]}, but only version 1.0 exists; export it again")


def _check_items(shape: Shape, bits: int, vendor: int, code: int, length: int, size: int) -> None:
    kind = kinds().get((vendor, code))
    if kind is None:
        if not any(vendor == known for known, _ in kinds()):
            raise ValueError(f"has items of the unknown vendor {vendor:#06x}; Khronos' 0 and tract's 0x5452 are known")
        hint = (
            "; it was perhaps written in hexadecimal, as before version 1.0.4"
            if vendor == 0 and code in (0x10, 0x11, 0x100, 0x101)
            else ""
        )
        raise ValueError(f"has the unknown item type {code:#x} of vendor {vendor:#06x}{hint}")
    kind.check(shape, bits)
    # numpy multiplies the extents that are not zero, so 0 x 2^32 x 2^32 overflows there too.
    if math.prod(extent for extent in shape if extent) >= 1 << 58:
        raise ValueError(f"claims the extents {list(shape)}, which no machine can hold")
    needed = kind.length(shape, bits)
    if needed is not None and needed != length:
        raise ValueError(
            f"claims {length} bytes of data, but {kind.name(bits)} items in the shape {list(shape)} take {needed}"
        )


def _data_offset(raw: bytes, length: int, size: int, open_end: bool) -> tuple[int, str]:
    extra = size - HEADER_BYTES - length
    if extra == 0 or open_end:
        return HEADER_BYTES, ""
    # Khronos' repair script drops the four bytes unseen. They were a reserved word, so they are zero: four *other*
    # bytes mean that something else is wrong, and reading on would show shifted weights.
    if extra == 4 and not any(raw[HEADER_BYTES:HISTORICAL_BYTES]):
        return (
            HISTORICAL_BYTES,
            "The header is 4 bytes too long, as an early exporter wrote it; the 4 bytes are skipped.",
        )
    if extra < 0:
        raise ValueError(f"promises {length} bytes of data but holds {size - HEADER_BYTES}; the copy is incomplete")
    raise ValueError(f"holds {extra} bytes more than its header promises ({length} bytes of data)")


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
        raise ArchiveError(f"A tensor file holds at most 4 GB of data, but this array takes {bytes_text(len(data))}.")
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


def pack_header(shape: Shape, length: int, kind: ItemKind, bits: int, like: Header | None = None) -> bytes:
    """The 128 bytes before the items; with `like`, its deprecated and reserved bytes stay as they were."""
    if like is None:
        extents, code, tail = (*shape, *[0] * (MAX_RANK - len(shape))), kind.code, (bytes(32), bytes(44))
    else:
        old = _LAYOUT.unpack(like.raw)
        kept = old[5 + len(shape) : 5 + MAX_RANK] if len(shape) == like.rank else [0] * (MAX_RANK - len(shape))
        extents, code, tail = (*shape, *kept), old[14], (old[16], old[17])
    return _LAYOUT.pack(MAGIC, 1, 0, length, len(shape), *extents, bits, code, kind.vendor, *tail)
