"""tract's item types, against values worked out by hand."""

from __future__ import annotations

import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnef_lsp.archive import ArchiveError, decode_tensor, encode_tensor
from tests.archive.conftest import dat_bytes

TRACT, NO_BITS = 0x5452, 0xFFFFFFFF


def tract(shape: list[int], code: int, data: bytes, bits: int = NO_BITS, length: int | None = None) -> bytes:
    return dat_bytes(shape, bits, code, data, vendor=TRACT, length=length)


def block(scale: float, nibbles: list[int], order: str) -> bytes:
    """A Q4_0 block by the description: item numbers to nibbles, one by one."""
    octets = bytearray(16)
    for item, nibble in enumerate(nibbles):
        place, high = (item % 16, item // 16) if order == "ggml" else (item // 2, item % 2)
        octets[place] |= nibble << (4 * high)
    return np.float16(scale).tobytes() + bytes(octets)


@pytest.mark.parametrize("code, order, name", [(0x3040, "ggml", "q4_0"), (0x2040, "legacy", "q4_0_legacy")])
def test_q4_0_in_both_orders(code: int, order: str, name: str) -> None:
    nibbles = [(5 * i) % 16 for i in range(32)]
    data = block(0.5, nibbles, order) + block(-2.0, nibbles[::-1], order)
    tensor = decode_tensor(tract([2, 32], code, data))
    expected = [[(n - 8) * 0.5 for n in nibbles], [(n - 8) * -2.0 for n in nibbles[::-1]]]
    assert tensor.array().tolist() == expected and tensor.array().dtype == np.float32
    assert (tensor.item_type, tensor.nnef_type) == (name, "scalar")
    assert encode_tensor(tensor.array(), name)[48:52] == tensor.header.raw[48:52]


@pytest.mark.parametrize("code", [0x3080, 0x3081])
def test_q8_1(code: int) -> None:
    items = np.arange(-16, 16, dtype=np.int8)
    data = struct.pack("<ee", 0.25, 0) + items.tobytes()
    assert decode_tensor(tract([1, 32], code, data)).array().ravel().tolist() == (items * 0.25).tolist()


@given(st.lists(st.floats(-4, 4, width=16), min_size=64, max_size=64), st.sampled_from(["q4_0", "q4_0_legacy", "q8_1"]))
def test_quantizing_stays_within_one_step(items: list[float], name: str) -> None:
    array = np.array(items, np.float32).reshape(2, 32)
    again = decode_tensor(encode_tensor(array, name)).array()
    step = np.abs(array).max(axis=1, keepdims=True) / (127 if name == "q8_1" else 8)
    assert (np.abs(again - array) <= step * 1.01 + 1e-6).all()


def test_strings() -> None:
    array = np.array([["hello", ""], ["néé", "x"]])
    tensor = decode_tensor(encode_tensor(array))
    assert tensor.array().tolist() == array.tolist() and tensor.nnef_type == "string"
    meaningless_length = tract([1], 0x1000, b"\2\0\0\0ab", length=24)
    assert decode_tensor(meaningless_length).array().tolist() == ["ab"]


@pytest.mark.parametrize("bits", [32, 64, 128])
def test_complex_numbers(bits: int) -> None:
    floats = np.array([1, 2, -3, 4], f"<f{bits // 16}")
    assert decode_tensor(tract([2], 0, floats.tobytes(), bits)).array().tolist() == [1 + 2j, -3 + 4j]
    integers = np.array([1, 2, -3, 4], f"<i{bits // 16}")
    array = decode_tensor(tract([2], 4, integers.tobytes(), bits)).array()
    assert array["re"].tolist() == [1, -3] and array["im"].tolist() == [2, 4]
    assert encode_tensor(array) == tract([2], 4, integers.tobytes(), bits)


@pytest.mark.parametrize(
    "words, data",
    [
        ("multiple of 32", tract([4, 16], 0x3040, bytes(36))),
        ("rank must be 2", tract([32], 0x3040, bytes(18))),
        ("take 18", tract([1, 32], 0x3040, bytes(17))),
        ("not UTF-8", tract([1], 0x1000, b"\2\0\0\0\xff\xfe")),
        ("only 4 follow", tract([1], 0x1000, b"\xff\xff\xff\x7fabcd")),
        ("promises 1000 strings", tract([1000], 0x1000, b"abcd")),
        ("behind its last string", tract([1], 0x1000, b"\0\0\0\0abcd")),
        ("too uneven", tract([10001], 0x1000, b"\x40\x9c\0\0" + b"a" * 40000 + bytes(40000))),
        ("8 bits per item", tract([1, 32], 0x3040, bytes(18), bits=8)),
    ],
)
def test_refusals(words: str, data: bytes) -> None:
    with pytest.raises(ArchiveError, match=words):
        decode_tensor(data).array()
