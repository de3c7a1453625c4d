"""The 128 bytes before the items of a tensor file, section 5.2 of the specification.

Here: reading them with `struct` alone (no numpy), refusing what they cannot mean, making them.  Not here: the tensor behind
them (`dat.py`), how items are coded (`items.py` and the tables beside it).

`read_header` raises ArchiveError. Sizes are bytes.
"""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass

from nnef_lsp.archive.blobs import Blob
from nnef_lsp.archive.errors import ArchiveError, quoted
from nnef_lsp.archive.tensors.items import ItemKind, Shape, kinds
from nnef_lsp.archive.tensors.khronos_items import INT, QINT, QUINT, UINT

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


def pack_header(shape: Shape, length: int, kind: ItemKind, bits: int, like: Header | None = None) -> bytes:
    """The 128 bytes before the items; with `like`, its deprecated and reserved bytes stay as they were."""
    if like is None:
        extents, code, tail = (*shape, *[0] * (MAX_RANK - len(shape))), kind.code, (bytes(32), bytes(44))
    else:
        old = _LAYOUT.unpack(like.raw)
        kept = old[5 + len(shape) : 5 + MAX_RANK] if len(shape) == like.rank else [0] * (MAX_RANK - len(shape))
        extents, code, tail = (*shape, *kept), old[14], (old[16], old[17])
    return _LAYOUT.pack(MAGIC, 1, 0, length, len(shape), *extents, bits, code, kind.vendor, *tail)
