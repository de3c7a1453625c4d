"""PNG images as arrays, and back.

Here: 8 and 16 bit grey, grey with alpha, RGB, RGBA and palette images (palette and grey also below 8 bits), not
interlaced; written with zlib alone. Not here: what an image shows (image.py). Raises ArchiveError.
"""

from __future__ import annotations

import os
import struct
import zlib
from typing import TYPE_CHECKING

from nnef_lsp.archive.atomic import atomic_writer
from nnef_lsp.archive.blobs import FileBlob
from nnef_lsp.archive.errors import ArchiveError, LimitError, quoted
from nnef_lsp.archive.limits import VARIABLE, limits_from_environment

if TYPE_CHECKING:
    from nnef_lsp.archive.arrays import Array

SIGNATURE = b"\x89PNG\r\n\x1a\n"
_MOST_BYTES = 128 << 20  # unpacked; an image can be a bomb, too
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
_DEPTHS = {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}


def write_png(path: str | os.PathLike[str], image: Array) -> None:
    """Write a uint8 or uint16 array of shape (height, width) or (height, width, 2 | 3 | 4)."""
    with atomic_writer(path) as file:
        file.write(encode_png(image))


def encode_png(image: Array) -> bytes:
    """The bytes of a PNG file; the same array gives the same bytes."""
    import numpy as np

    channels = image.shape[2] if image.ndim == 3 else 1
    if image.ndim not in (2, 3) or image.dtype.name not in ("uint8", "uint16") or channels not in (1, 2, 3, 4):
        raise ArchiveError(f"An array of {image.dtype} in the shape {list(image.shape)} is not an image.")
    height, width = image.shape[:2]
    colour = {1: 0, 2: 4, 3: 2, 4: 6}[channels]
    rows = np.ascontiguousarray(image.reshape(height, width * channels), image.dtype.newbyteorder(">"))
    filtered = np.zeros((height, 1 + rows.shape[1] * rows.itemsize), np.uint8)
    filtered[:, 1:] = rows.view(np.uint8)
    header = struct.pack(">IIBBBBB", width, height, 8 * rows.itemsize, colour, 0, 0, 0)
    body = zlib.compress(filtered.tobytes(), 6)
    return SIGNATURE + _chunk(b"IHDR", header) + _chunk(b"IDAT", body) + _chunk(b"IEND", b"")


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def read_png(path: str | os.PathLike[str]) -> Array:
    """The image as (height, width, channels), uint8 or uint16; channels is 1, 2, 3 or 4."""
    blob = FileBlob(os.fspath(path))
    return decode_png(bytes(blob.buffer()), blob.where)


def decode_png(data: bytes, where: str = "image") -> Array:
    """As `read_png`, from bytes."""
    try:
        return _decode(data)
    except ValueError as error:
        raise ArchiveError(f"{quoted(where)} {error}.") from None


def _decode(data: bytes) -> Array:
    if not data.startswith(SIGNATURE):
        raise ValueError("is not a PNG image")
    chunks = _chunks(data)
    header = chunks.get(b"IHDR", b"")
    if len(header) != 13:
        raise ValueError("has no PNG header")
    width, height, depth, colour, _, _, interlaced = struct.unpack(">IIBBBBB", header)
    if depth not in _DEPTHS.get(colour, ()):
        raise ValueError(f"has the unknown PNG colour type {colour} with {depth} bits")
    if interlaced:
        raise ValueError("is interlaced, which is not read; save it without interlacing")
    channels = _CHANNELS[colour]
    stride = (width * channels * depth + 7) // 8
    size = height * (stride + 1)
    if not size or not width:
        raise ValueError("is an empty image")
    limits = limits_from_environment()
    if size > (limits.max_bytes if limits.trusted else _MOST_BYTES):
        raise LimitError(f"The image of {width} x {height} is too large; raise {VARIABLE} to read it.")
    rows = _unfiltered(_inflate(chunks.get(b"IDAT", b""), size), height, stride, max(1, channels * depth // 8))
    return _coloured(_samples(rows, width, channels, depth), colour, depth, chunks)


def _chunks(data: bytes) -> dict[bytes, bytes]:
    """Chunk bodies by name, those of equal name joined; a damaged one is refused."""
    found: dict[bytes, list[bytes]] = {}
    position = len(SIGNATURE)
    while position + 12 <= len(data):
        (length,) = struct.unpack_from(">I", data, position)
        name, end = data[position + 4 : position + 8], position + 8 + length
        if end + 4 > len(data):
            raise ValueError("ends inside a chunk; the copy is incomplete")
        if struct.pack(">I", zlib.crc32(data[position + 4 : end])) != data[end : end + 4]:
            raise ValueError(f"has a damaged {quoted(name)[1:]} chunk")
        found.setdefault(name, []).append(data[position + 8 : end])
        position = end + 4
        if name == b"IEND":
            break
    return {name: b"".join(parts) for name, parts in found.items()}


def _inflate(data: bytes, size: int) -> bytes:
    try:
        raw = zlib.decompressobj().decompress(data, size)
    except zlib.error as error:
        raise ValueError(f"cannot be decompressed: {error}") from None
    if len(raw) < size:
        raise ValueError("holds fewer rows than its header promises")
    return raw


def _unfiltered(raw: bytes, height: int, stride: int, step: int) -> Array:
    import numpy as np

    lines = np.frombuffer(raw, np.uint8).reshape(height, stride + 1)
    rows = np.zeros((height + 1, stride), np.uint8)  # row 0 is the zero row above the image
    for index in range(height):
        kind, line, above = int(lines[index, 0]), lines[index, 1:], rows[index]
        if kind == 0:
            rows[index + 1] = line
        elif kind == 1:
            rows[index + 1] = _running_sums(line, step)
        elif kind == 2:
            rows[index + 1] = line + above
        elif kind in (3, 4):
            rows[index + 1] = np.frombuffer(_predicted(line.tobytes(), above.tobytes(), step, kind), np.uint8)
        else:
            raise ValueError(f"uses the unknown PNG filter {kind}")
    return rows[1:]


def _running_sums(line: Array, step: int) -> Array:
    import numpy as np

    padded = np.zeros(-(-line.size // step) * step, np.uint8)
    padded[: line.size] = line
    sums: Array = np.add.accumulate(padded.reshape(-1, step), axis=0, dtype=np.uint8)
    return sums.ravel()[: line.size]


def _predicted(line: bytes, above: bytes, step: int, kind: int) -> bytes:
    """Average (3) and Paeth (4): each byte needs the one before it."""
    out = bytearray(len(line))
    for i, value in enumerate(line):
        a = out[i - step] if i >= step else 0
        b = above[i]
        if kind == 3:
            guess = (a + b) // 2
        else:
            c = above[i - step] if i >= step else 0
            p = a + b - c
            pa, pb, pc = abs(p - a), abs(p - b), abs(p - c)
            guess = a if pa <= pb and pa <= pc else b if pb <= pc else c
        out[i] = (value + guess) & 255
    return bytes(out)


def _samples(rows: Array, width: int, channels: int, depth: int) -> Array:
    import numpy as np

    height = rows.shape[0]
    if depth == 16:
        return np.ascontiguousarray(rows).view(">u2").astype(np.uint16).reshape(height, width, channels)
    if depth == 8:
        return np.array(rows).reshape(height, width, channels)
    bits = np.unpackbits(rows, axis=1)[:, : width * depth].reshape(height, width, depth)
    weights = (1 << np.arange(depth - 1, -1, -1)).astype(np.uint8)
    return np.asarray((bits * weights).sum(axis=2, dtype=np.uint8)[:, :, None])


def _coloured(samples: Array, colour: int, depth: int, chunks: dict[bytes, bytes]) -> Array:
    import numpy as np

    if colour == 0 and depth < 8:
        return np.asarray(np.multiply(samples, 255 // ((1 << depth) - 1), dtype=np.uint8))
    if colour != 3:
        return samples
    palette = np.frombuffer(chunks.get(b"PLTE", b""), np.uint8)
    if not palette.size or palette.size % 3 or int(samples.max()) >= palette.size // 3:
        raise ValueError("uses colours that its palette does not have")
    colours: Array = palette.reshape(-1, 3)
    alpha = np.frombuffer(chunks.get(b"tRNS", b""), np.uint8)
    if alpha.size:
        full = np.full((len(colours), 1), 255, np.uint8)
        full[: alpha.size, 0] = alpha[: len(colours)]
        colours = np.concatenate([colours, full], axis=1)
    return np.asarray(colours[samples[:, :, 0]])
