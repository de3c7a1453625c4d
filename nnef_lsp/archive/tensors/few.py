"""The items of a small tensor, without numpy: a graph's shapes may depend on them."""

from __future__ import annotations

import struct

from nnef_lsp.archive.tensors.dat import TensorFile

_FORMATS = {
    "<f2": "e", "<f4": "f", "<f8": "d", "|b1": "?", "|i1": "b", "<i2": "h", "<i4": "i", "<i8": "q", "|u1": "B", "<u2": "H",
    "<u4": "I", "<u8": "Q",
}  # fmt: skip


def few_items(tensor: TensorFile, most: int) -> tuple[float | int | bool, ...] | None:
    """All items in row-major order; None if there are more than `most`, or they are packed. Raises ArchiveError."""
    header = tensor.header
    form = _FORMATS.get(tensor.dtype or "")
    if form is None or header.count > most:
        return None
    data = tensor.blob.read(header.offset, header.length)
    return struct.unpack(f"<{header.count}{form}", data)
