"""Tensor files: what is accepted, what it means, what is refused and in which words."""

from __future__ import annotations

import io
import math
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from nnef_lsp.archive import ArchiveError, decode_tensor, encode_tensor, open_tensor, write_tensor
from nnef_lsp.archive.tensors.bits import pack, unpack
from tests.archive.conftest import dat_bytes

NUMPY_TYPES = ["float16", "float32", "float64", *(f"{s}int{b}" for s in ("", "u") for b in (8, 16, 32, 64)), "bool"]


def tensors(dtypes: list[str] = NUMPY_TYPES) -> st.SearchStrategy[np.ndarray]:
    shapes = hnp.array_shapes(min_dims=0, max_dims=8, min_side=1, max_side=3)
    return st.sampled_from(dtypes).flatmap(lambda dtype: hnp.arrays(dtype, shapes))


@given(tensors())
def test_every_numpy_type_comes_back(array: np.ndarray) -> None:
    data = encode_tensor(array)
    tensor = decode_tensor(data)
    assert tensor.array().dtype == array.dtype and tensor.shape == array.shape
    assert tensor.array().tobytes() == array.tobytes()
    assert tensor.item_type == array.dtype.name
    assert encode_tensor(tensor.array(), like=tensor.header) == data


@given(st.integers(1, 64), st.booleans(), st.data())
def test_every_width_comes_back(bits: int, signed: bool, data: st.DataObject) -> None:
    low, high = (-(1 << (bits - 1)), (1 << (bits - 1)) - 1) if signed else (0, (1 << bits) - 1)
    items = data.draw(st.lists(st.integers(low, high), max_size=20))
    array = np.array(items, np.int64 if signed else np.uint64)
    for name in (f"{'' if signed else 'u'}int{bits}", f"q{'' if signed else 'u'}int{bits}"):
        tensor = decode_tensor(encode_tensor(array, name))
        assert tensor.array().tolist() == items
        assert tensor.item_type == name
        assert tensor.header.length == math.ceil(len(items) * bits / 8)


@given(st.lists(st.integers(0, 2**13 - 1), max_size=50))
def test_odd_widths_are_one_stream_of_bits_with_the_most_significant_first(items: list[int]) -> None:
    text = "".join(f"{item:013b}" for item in items)
    expected = bytes(int(text[i : i + 8].ljust(8, "0"), 2) for i in range(0, len(text), 8))
    assert pack(np.array(items, np.uint16), 13, False) == expected
    assert unpack(memoryview(expected), len(items), 13, False).tolist() == items


def test_widths_of_whole_bytes_are_little_endian() -> None:
    assert pack(np.array([0x010203]), 24, False) == b"\x03\x02\x01"
    assert unpack(memoryview(b"\xff\xff\xff"), 1, 24, True).tolist() == [-1]


@pytest.mark.parametrize("count", [1 << 15, (1 << 15) + 1])
def test_packing_in_blocks_leaves_no_seam(count: int) -> None:
    items = np.arange(count, dtype=np.uint16) % 512
    assert np.array_equal(unpack(memoryview(pack(items, 9, False)), count, 9, False), items)


@pytest.mark.parametrize("name", NUMPY_TYPES)
def test_bytes_equal_those_of_khronos(name: str) -> None:
    nnef = pytest.importorskip("nnef")
    array = np.random.default_rng(7).integers(0, 2, (3, 5)).astype(name)
    theirs = io.BytesIO()
    theirs.seekable = lambda: False  # type: ignore[method-assign]  # else numpy wants a real file
    nnef.write_tensor(theirs, array)
    ours = encode_tensor(array)
    assert theirs.getvalue() == ours


@pytest.mark.parametrize("name", ["float32", "int8", "uint16", "bool", "quint8", "qint32"])
def test_khronos_reads_what_we_write(tmp_path: Path, name: str) -> None:
    nnef = pytest.importorskip("nnef")
    array = np.arange(12).reshape(3, 4).astype(name.lstrip("q"))
    write_tensor(tmp_path / "x.dat", array, name)
    with open(tmp_path / "x.dat", "rb") as file:
        theirs, quantized = nnef.read_tensor(file, return_quantization=True)
    assert np.array_equal(theirs, array) and quantized == name.startswith("q")


@pytest.mark.parametrize(
    "item_type, nnef_type",
    [("float16", "scalar"), ("uint5", "integer"), ("int64", "integer"), ("quint8", "scalar"), ("bool", "logical")],
)
def test_item_types_map_to_types_of_the_graph(item_type: str, nnef_type: str) -> None:
    assert decode_tensor(encode_tensor(np.array([1]), item_type)).nnef_type == nnef_type


def test_bool_takes_one_bit_or_eight() -> None:
    array = np.array([True, False, True])
    assert encode_tensor(array)[128:] == b"\xa0"
    assert encode_tensor(array, bits=8)[128:] == b"\1\0\1"
    assert decode_tensor(dat_bytes([3], 8, 5, b"\x02\x00\xff")).array().tolist() == [True, False, True]


def test_rank_0_is_one_item() -> None:
    assert decode_tensor(dat_bytes([], 32, 0, np.float32(2.5).tobytes())).array().item() == 2.5


def test_an_extent_of_zero_is_an_empty_tensor() -> None:
    assert decode_tensor(dat_bytes([2, 0, 3], 32, 0, b"")).array().shape == (2, 0, 3)


def test_the_historical_header_is_accepted_with_a_notice() -> None:
    good = dat_bytes([2], 32, 0, np.array([1, 2], np.float32).tobytes())
    tensor = decode_tensor(good[:128] + bytes(4) + good[128:])
    assert tensor.array().tolist() == [1, 2]
    assert "4 bytes too long" in tensor.notices[0]


def test_the_deprecated_flag_means_signed() -> None:
    tensor = decode_tensor(dat_bytes([1], 8, 1, b"\xff", parameters=b"\1\0\0\0"))
    assert tensor.item_type == "int8" and tensor.array().tolist() == [-1]
    assert encode_tensor(tensor.array(), like=tensor.header) == dat_bytes([1], 8, 1, b"\xff", parameters=b"\1\0\0\0")


def test_the_deprecated_range_gives_real_values() -> None:
    linear = decode_tensor(dat_bytes([3], 8, 2, bytes([0, 51, 255]), parameters=np.array([-1, 4], "<f4").tobytes()))
    assert linear.array().tolist() == [0, 51, 255]
    assert linear.real_values().tolist() == [-1, 0, 4]
    # max = 4: m = 2, r = 3; code q is 2^(q + m - r)
    logarithmic = decode_tensor(dat_bytes([4], 2, 3, b"\x1b", parameters=np.array([0, 4], "<f4").tobytes()))
    assert logarithmic.real_values().tolist() == [0.5, 1, 2, 4]


def test_arrays_are_mapped_and_read_only(tmp_path: Path) -> None:
    write_tensor(tmp_path / "x.dat", np.arange(4, dtype=np.float32))
    array = open_tensor(tmp_path / "x.dat").array()
    assert not array.flags.owndata and not array.flags.writeable


REFUSED = {
    "not an NNEF tensor file": b"version 1.0;",
    "a zip archive": b"PK\3\4" + bytes(200),
    "ends inside its header, after 60": dat_bytes([1], 8, 1, b"a")[:60],
    "version 2.0": dat_bytes([1], 8, 1, b"a", version=(2, 0)),
    "version 1.1": dat_bytes([1], 8, 1, b"a", version=(1, 1)),
    "rank 9": dat_bytes([1], 8, 1, b"a", rank=9),
    "unknown item type 0x6": dat_bytes([1], 8, 6, b"a"),
    "hexadecimal": dat_bytes([1], 8, 0x10, b"a"),
    "unknown vendor 0x1234": dat_bytes([1], 8, 1, b"a", vendor=0x1234),
    "65 bits per integer": dat_bytes([1], 65, 1, bytes(9)),
    "0 bits per integer": dat_bytes([1], 0, 1, b""),
    "8 bits per float": dat_bytes([1], 8, 0, b"a"),
    "2 bits per bool": dat_bytes([4], 2, 5, b"a"),
    "take 24": dat_bytes([2, 3], 32, 0, bytes(20)),
    "take 4294967296": dat_bytes([65536, 65536], 8, 1, b""),
    "no machine can hold": dat_bytes([0, 2**32 - 1, 2**32 - 1], 8, 1, b""),
    "promises 24 bytes of data but holds 10": dat_bytes([2, 3], 32, 0, bytes(10), length=24),
    "holds 1 bytes more": dat_bytes([1], 8, 1, b"ab", length=1),
    "holds 4 bytes more": dat_bytes([1], 8, 1, b"abcde", length=1),
}


@pytest.mark.parametrize("words", REFUSED)
def test_refusals_name_file_and_reason(words: str, tmp_path: Path) -> None:
    path = tmp_path / "bad.dat"
    path.write_bytes(REFUSED[words])
    with pytest.raises(ArchiveError) as refusal:
        open_tensor(path)
    sentence = str(refusal.value)
    assert words in sentence and str(path) in sentence
    assert sentence.endswith(".") and "\n" not in sentence


@given(st.binary(max_size=200))
def test_no_bytes_crash_the_reader(data: bytes) -> None:
    _read_or_refuse(data)


@given(st.data())
def test_no_header_crashes_the_reader(data: st.DataObject) -> None:
    number = st.sampled_from([0, 1, 2, 3, 31, 32, 33, 2**16, 2**31, 2**32 - 1])
    shape = data.draw(st.lists(number, max_size=8))
    code = data.draw(st.sampled_from([0, 1, 2, 3, 4, 5, 6, 0x1000, 0x2040, 0x3040, 0x3080, 0x3081]))
    bits = data.draw(st.sampled_from([0, 1, 7, 8, 16, 24, 32, 64, 65, 128, 2**32 - 1]))
    body = data.draw(st.binary(max_size=80))
    length = data.draw(st.one_of(st.just(len(body)), number))
    vendor = data.draw(st.sampled_from([0, 0x5452, 1]))
    rank = data.draw(st.one_of(st.none(), number))
    _read_or_refuse(dat_bytes(shape, bits, code, body, vendor=vendor, length=length, rank=rank))


def _read_or_refuse(data: bytes) -> None:
    try:
        tensor = decode_tensor(data)
        assert tensor.array().shape == tensor.shape
        tensor.real_values()
    except ArchiveError as refusal:
        assert str(refusal).endswith(".")


@given(st.binary(min_size=1, max_size=8), st.integers(0, 127))
def test_a_damaged_header_never_reads_outside_the_file(damage: bytes, place: int) -> None:
    good = bytearray(encode_tensor(np.arange(6, dtype=np.float32).reshape(2, 3)))
    good[place : place + len(damage)] = damage
    _read_or_refuse(bytes(good))


def test_values_that_do_not_fit_are_refused() -> None:
    for array, name in (
        (np.array([4]), "uint2"),
        (np.array([-1]), "uint8"),
        (np.array([0.5]), "int8"),
        (np.array(["a"]), "float32"),
    ):
        with pytest.raises(ArchiveError):
            encode_tensor(array, name)
    with pytest.raises(ArchiveError, match="rank 9"):
        encode_tensor(np.zeros([1] * 9))
    with pytest.raises(ArchiveError, match="cannot hold"):
        encode_tensor(np.array([object()]))


def test_a_failed_write_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "x.dat"
    write_tensor(path, np.array([1.0]))
    before = path.read_bytes()
    with pytest.raises(ArchiveError):
        write_tensor(path, np.array([300]), "uint8")
    assert path.read_bytes() == before and [p.name for p in tmp_path.iterdir()] == ["x.dat"]


def test_a_file_that_is_no_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="not a regular file"):
        open_tensor(tmp_path)
    with pytest.raises(ArchiveError, match="cannot be opened"):
        open_tensor(tmp_path / "absent.dat")


def test_headers_need_no_numpy(folder: Path) -> None:
    program = (
        "import sys; from nnef_lsp.archive import open_model; m = open_model(sys.argv[1]); "
        "print(m.header('conv/filter').shape, m.labels(), 'numpy' in sys.modules)"
    )
    answer = subprocess.run([sys.executable, "-c", program, str(folder)], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "(2, 3, 2, 2) ['conv/bias', 'conv/filter', 'mask'] False"


def test_numbers_beyond_the_range_are_refused() -> None:
    with pytest.raises(ArchiveError, match="beyond the range of float16"):
        encode_tensor(np.array([1.0, 70000.0]), "float16")
    items = np.array([np.inf, -np.inf, np.nan, 65504.0])
    assert np.array_equal(decode_tensor(encode_tensor(items, "float16")).array(), items, equal_nan=True)
