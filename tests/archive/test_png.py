"""PNG files come back as they were, and those of other writers are read."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from nnef_lsp.archive import ArchiveError
from nnef_lsp.archive.pictures.png import SIGNATURE, _chunk, decode_png, encode_png, read_png, write_png


@given(
    hnp.arrays(st.sampled_from(["uint8", "uint16"]), st.tuples(st.integers(1, 5), st.integers(1, 5), st.integers(1, 4)))
)
def test_images_come_back(image: np.ndarray) -> None:
    again = decode_png(encode_png(image))
    assert again.dtype == image.dtype and np.array_equal(again, image)


def test_grey_needs_no_third_axis(tmp_path: Path) -> None:
    write_png(tmp_path / "x.png", np.arange(6, dtype=np.uint8).reshape(2, 3))
    assert read_png(tmp_path / "x.png").tolist() == [[[0], [1], [2]], [[3], [4], [5]]]


def png(width: int, height: int, depth: int, colour: int, rows: bytes, *more: bytes, interlaced: int = 0) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, interlaced)
    return (
        SIGNATURE
        + _chunk(b"IHDR", header)
        + b"".join(more)
        + _chunk(b"IDAT", zlib.compress(rows))
        + _chunk(b"IEND", b"")
    )


def filtered(image: np.ndarray, kind: int) -> bytes:
    """Rows under one filter, by the definition of the PNG specification, byte by byte."""
    raw = image.reshape(image.shape[0], -1).astype(int)
    step = image.shape[2]
    out = bytearray()
    for y, row in enumerate(raw):
        out.append(kind)
        for x, value in enumerate(row):
            a = raw[y, x - step] if x >= step else 0
            b = raw[y - 1, x] if y else 0
            c = raw[y - 1, x - step] if y and x >= step else 0
            nearest = min((a, b, c), key=lambda guess: abs(a + b - c - guess))
            out.append((value - (0, a, b, (a + b) // 2, nearest)[kind]) % 256)
    return bytes(out)


@pytest.mark.parametrize("kind", range(5))
@pytest.mark.parametrize("channels, colour", [(1, 0), (3, 2), (2, 4), (4, 6)])
def test_all_filters(kind: int, channels: int, colour: int) -> None:
    image = np.random.default_rng(kind).integers(0, 256, (6, 5, channels)).astype(np.uint8)
    assert np.array_equal(decode_png(png(5, 6, 8, colour, filtered(image, kind))), image)


def test_palettes_become_colours() -> None:
    palette = _chunk(b"PLTE", bytes([255, 0, 0, 0, 255, 0]))
    assert decode_png(png(2, 1, 8, 3, b"\0\0\1", palette)).tolist() == [[[255, 0, 0], [0, 255, 0]]]
    assert decode_png(png(3, 1, 1, 3, b"\0\xa0", palette)).tolist() == [[[0, 255, 0], [255, 0, 0], [0, 255, 0]]]
    see_through = _chunk(b"tRNS", b"\x80")
    assert decode_png(png(2, 1, 8, 3, b"\0\0\1", palette, see_through))[0, :, 3].tolist() == [128, 255]


def test_small_greys_are_stretched() -> None:
    assert decode_png(png(4, 1, 2, 0, b"\0\x1b")).ravel().tolist() == [0, 85, 170, 255]


@pytest.mark.parametrize(
    "words, data",
    [
        ("not a PNG", b"GIF89a"),
        ("interlaced", png(1, 1, 8, 0, b"\0\0", interlaced=1)),
        ("unknown PNG colour type", png(1, 1, 8, 1, b"\0\0")),
        ("fewer rows", png(9, 9, 8, 0, b"\0\0")),
        ("unknown PNG filter", png(1, 1, 8, 0, b"\x09\0")),
        ("palette", png(1, 1, 8, 3, b"\0\0")),
        ("empty", png(0, 1, 8, 0, b"\0")),
        ("too large", png(2**31, 2**31, 8, 0, b"\0")),
        ("damaged", encode_png(np.zeros((2, 2), np.uint8)).replace(b"IDAT", b"IDAX")),
        ("ends inside", encode_png(np.zeros((2, 2), np.uint8))[:-14]),
    ],
)
def test_refusals(words: str, data: bytes) -> None:
    with pytest.raises(ArchiveError, match=words):
        decode_png(data, "x.png")


@given(st.integers(8, 60), st.binary(min_size=1, max_size=4))
def test_damage_is_refused_or_read(place: int, damage: bytes) -> None:
    data = bytearray(encode_png(np.zeros((3, 3, 3), np.uint8)))
    data[place : place + len(damage)] = damage
    try:
        decode_png(bytes(data))
    except ArchiveError as refusal:
        assert str(refusal).endswith(".")


def test_only_images_are_written() -> None:
    with pytest.raises(ArchiveError, match="not an image"):
        encode_png(np.zeros((2, 2)))
