"""Pictures as tensors.

PNG is read by a small decoder of our own (8-bit gray, RGB, palette, with or without alpha, not interlaced); anything
else needs the package pillow.  A picture is [H, W, C] with C = 1 or 3 until it is fitted to an input.
"""

from __future__ import annotations

import struct
import zlib
from typing import Any

import numpy as np

from ..model.facts import Tensor
from .arrays.dtypes import Array, format_extents
from .errors import RunError

SIGNATURE = b"\x89PNG\r\n\x1a\n"
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
MAX_BYTES = 1 << 30
"""A picture that would need more is refused before anything is unpacked."""


def read_image(path: str) -> Array:
    """uint8 [H, W, 1 or 3]; transparency is dropped."""
    with open(path, "rb") as file:
        data = file.read()
    if data.startswith(SIGNATURE):
        try:
            return decode_png(data)
        except Unsupported:
            pass
    return _with_pillow(path)


class Unsupported(ValueError):
    """A PNG of a kind that the small decoder leaves to pillow."""


def decode_png(data: bytes) -> Array:
    """The picture of a PNG file as uint8 [H, W, 1 or 3]."""
    header, palette, packed = _chunks(data)
    width, height, bits, color, _, _, interlaced = header
    if bits != 8 or interlaced or color not in _CHANNELS:
        raise Unsupported("only 8-bit PNG files without interlacing are read without pillow")
    channels = _CHANNELS[color]
    expected = height * (width * channels + 1)
    if not 0 < expected <= MAX_BYTES:
        raise ValueError("the picture is empty or too large")
    raw = zlib.decompressobj().decompress(packed, expected)
    if len(raw) < expected:
        raise ValueError("the picture's data ends too early")
    pixels = _unfiltered(np.frombuffer(raw, np.uint8).reshape(height, -1), width, channels)
    if color == 3:
        table = np.frombuffer(palette, np.uint8).reshape(-1, 3)
        if int(pixels.max()) >= len(table):
            raise ValueError("the picture uses a color that its palette lacks")
        return table[pixels[..., 0]]
    return pixels[..., : 1 if channels < 3 else 3]


def _chunks(data: bytes) -> tuple[tuple[int, ...], bytes, bytes]:
    at, header, palette, packed = 8, None, b"", []
    while at + 8 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        body = data[at + 8 : at + 8 + length]
        if len(body) < length:
            raise ValueError("the picture's file is cut off")
        if kind == b"IHDR":
            header = struct.unpack(">IIBBBBB", body)
        elif kind == b"PLTE":
            palette = body
        elif kind == b"IDAT":
            packed.append(body)
        at += length + 12
    if header is None:
        raise ValueError("the PNG file has no header")
    return header, palette, b"".join(packed)


def _unfiltered(rows: Array, width: int, channels: int) -> Array:
    """Undoes the filter of each row (PNG specification, section 9)."""
    out = np.zeros((rows.shape[0] + 1, (width + 1) * channels), np.uint8)  # a zero row above, a zero pixel to the left
    for y, row in enumerate(rows, 1):
        kind, line = int(row[0]), row[1:]
        above, target = out[y - 1], out[y]
        if kind == 0:
            target[channels:] = line
        elif kind == 1:
            pixels = line.reshape(width, channels)
            target[channels:] = np.cumsum(pixels, axis=0, dtype=np.uint8).reshape(-1)
        elif kind == 2:
            target[channels:] = line + above[channels:]
        elif kind in (3, 4):
            _by_pixel(kind, line.tolist(), above.tolist(), target, channels)
        else:
            raise ValueError(f"row {y - 1} has the unknown filter {kind}")
    return out[1:, channels:].reshape(rows.shape[0], width, channels)


def _by_pixel(kind: int, line: list[int], above: list[int], target: Array, channels: int) -> None:
    """Average and Paeth filters depend on the pixel before: one by one."""
    done = [0] * channels
    for i, value in enumerate(line):
        left, up, corner = done[i], above[i + channels], above[i]
        if kind == 3:
            guess = (left + up) // 2
        else:
            p = left + up - corner
            a, b, c = abs(p - left), abs(p - up), abs(p - corner)
            guess = left if a <= b and a <= c else up if b <= c else corner
        done.append((value + guess) & 255)
    target[:] = done


def _with_pillow(path: str) -> Array:
    try:
        from PIL import Image  # type: ignore[import-not-found, unused-ignore]
    except ImportError:
        raise RunError(f"'{path}' needs the package pillow to be read (pip install pillow), or convert it to PNG") from None
    with Image.open(path) as picture:
        gray = picture.mode in ("1", "L", "LA", "I", "I;16", "F")
        pixels = np.asarray(picture.convert("L" if gray else "RGB"))
    return pixels[..., None] if gray else pixels


def fitted(name: str, path: str, pixels: Array, fact: Tensor) -> Array:
    """The picture as the input wants it: layout and channels from its shape, values from 0 to 1 for scalars."""
    height, width, _ = pixels.shape
    shape: Any = fact.shape
    wrong = RunError(
        f"the picture '{path}' is {width} x {height}, which does not fit the input '{name}' of shape "
        f"{'unknown' if shape is None else format_extents(shape)}; pictures are not resized",
        tensor=name,
    )
    if shape is None or not 2 <= len(shape) <= 4:
        raise wrong
    layouts = {2: ["hw"], 3: ["nhw", "chw", "hwc"], 4: ["nchw", "nhwc"]}[len(shape)]
    for layout in layouts:
        extent = dict(zip(layout, shape, strict=True))
        channels = extent.get("c", 1)
        if channels in (1, 3) and (extent["h"], extent["w"], extent.get("n", 1)) == (height, width, 1):
            array = _arranged(_colored(pixels, channels), layout)
            return array.astype(np.float64) / 255 if fact.dtype not in ("integer", "u8", "i64") else array
    raise wrong


def _colored(pixels: Array, channels: int) -> Array:
    if pixels.shape[2] == channels:
        return pixels
    if channels == 3:
        return np.repeat(pixels, 3, axis=2)
    return np.rint(pixels @ np.array([0.299, 0.587, 0.114]))[..., None]  # ITU-R BT.601, as everyone does


def _arranged(pixels: Array, layout: str) -> Array:
    array = pixels.transpose(2, 0, 1) if "chw" in layout else pixels if "hwc" in layout else pixels[..., 0]
    return array[None] if "n" in layout else array
