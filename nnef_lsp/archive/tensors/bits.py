"""Integers of 1 to 64 bits in a stream of bytes.

Here: packing and unpacking with numpy. The specification says "packed continuously" and "little-endian": widths that
are a multiple of 8 are little-endian, all others are packed most significant bit first, as Khronos' own 1-bit bool is.
Not here: which item types use which width (khronos_items.py). Raises ValueError for values that do not fit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from nnef_lsp.archive.arrays import Array

_BLOCK = 1 << 15  # items at a time: a multiple of 8, so every block begins on a byte; scratch stays below 4 MB


def container_bits(bits: int) -> int:
    """The width of the smallest numpy integer that holds `bits`."""
    return next(width for width in (8, 16, 32, 64) if width >= bits)


def packed_bytes(count: int, bits: int) -> int:
    return (count * bits + 7) // 8


def unpack(data: memoryview, count: int, bits: int, signed: bool) -> Array:
    """`count` integers of `bits` each, in the smallest numpy type that holds them."""
    import numpy as np

    width = container_bits(bits)
    kind = "i" if signed else "u"
    raw = np.frombuffer(data, np.uint8, packed_bytes(count, bits))
    if width == bits:
        return raw.view(f"<{kind}{bits // 8}")
    result = np.empty(count, f"{kind}{width // 8}")
    for start in range(0, count, _BLOCK):
        size = min(_BLOCK, count - start)
        block = raw[start * bits // 8 : (start * bits + size * bits + 7) // 8]
        high = (
            _high_bytes(block, size, bits, width, kind) if bits % 8 == 0 else _high_bits(block, size, bits, width, kind)
        )
        # The item stands at the container's upper end, so one shift moves it down and extends its sign.
        np.right_shift(high, width - bits, out=result[start : start + size])
    return result


def _high_bytes(block: NDArray[np.uint8], size: int, bits: int, width: int, kind: str) -> Array:
    import numpy as np

    padded = np.zeros((size, width // 8), np.uint8)
    padded[:, (width - bits) // 8 :] = block.reshape(size, bits // 8)
    return padded.view(f"<{kind}{width // 8}").ravel()


def _high_bits(block: NDArray[np.uint8], size: int, bits: int, width: int, kind: str) -> Array:
    import numpy as np

    padded = np.zeros((size, width), np.uint8)
    padded[:, :bits] = np.unpackbits(block, count=size * bits).reshape(size, bits)
    return np.packbits(padded, axis=1).view(f">{kind}{width // 8}").ravel()


def pack(values: Array, bits: int, signed: bool) -> bytes:
    """The bytes of `values`, the last one padded with zero bits. Raises ValueError if a value needs more bits."""
    import numpy as np

    width = container_bits(bits)
    kind = "i" if signed else "u"
    flat = values.ravel()
    _check_range(flat, bits, signed)
    if width == bits:
        return flat.astype(f"<{kind}{bits // 8}", copy=False).tobytes()
    pieces = []
    for start in range(0, flat.size, _BLOCK):
        block = np.left_shift(flat[start : start + _BLOCK].astype(f"{kind}{width // 8}"), width - bits)
        if bits % 8 == 0:
            octets = block.astype(f"<{kind}{width // 8}").view(np.uint8).reshape(-1, width // 8)
            pieces.append(octets[:, (width - bits) // 8 :].tobytes())
        else:
            octets = block.astype(f">{kind}{width // 8}").view(np.uint8).reshape(-1, width // 8)
            pieces.append(np.packbits(np.unpackbits(octets, axis=1)[:, :bits]).tobytes())
    return b"".join(pieces)


def _check_range(flat: Array, bits: int, signed: bool) -> None:
    if not flat.size:
        return
    low, high = (-(1 << (bits - 1)), (1 << (bits - 1)) - 1) if signed else (0, (1 << bits) - 1)
    least, most = int(flat.min()), int(flat.max())
    if least < low or most > high:
        raise ValueError(
            f"values from {least} to {most} do not fit {'signed' if signed else 'unsigned'} {bits}-bit items"
        )
