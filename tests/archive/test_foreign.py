"""Weights of other formats, written by their own packages where these are installed."""

from __future__ import annotations

import json
import struct
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nnef_lsp.archive import ArchiveError, Limits
from nnef_lsp.archive.foreign import read_foreign, tensor_at
from nnef_lsp.archive.statistics.statistics import summarise
from nnef_lsp.archive.tensors.safetensors import write_safetensors
from nnef_lsp.archive.tensors.tensor import ForeignTensor

ARRAYS = {
    "conv.weight": np.arange(24, dtype=np.float32).reshape(2, 3, 4),
    "half": np.array([1.5, -2], np.float16),
    "count": np.array(7, np.int64),
    "mask": np.array([[True, False]]),
}


def same(tensors: dict[str, ForeignTensor]) -> None:
    assert set(tensors) == set(ARRAYS)
    for name, array in ARRAYS.items():
        tensor = tensors[name]
        assert tensor.shape == array.shape and tensor.item_type == array.dtype.name
        assert np.array_equal(tensor.array(), array) and tensor.array().dtype == array.dtype
        assert not tensor.array().flags.writeable


def test_npz(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", **ARRAYS)
    np.savez_compressed(tmp_path / "b.npz", **ARRAYS)
    same(read_foreign(tmp_path / "a.npz"))
    same(read_foreign(tmp_path / "b.npz"))


@pytest.mark.parametrize(
    "array",
    [
        ARRAYS["conv.weight"],
        np.asfortranarray(ARRAYS["conv.weight"][0]),
        np.array(["a", "bc"]),
        np.zeros((0, 3)),
        np.arange(3, dtype=">i4"),
    ],
)
def test_npy(tmp_path: Path, array: np.ndarray) -> None:
    np.save(tmp_path / "x.npy", array)
    (tensor,) = read_foreign(tmp_path / "x.npy").values()
    assert np.array_equal(tensor.array(), array)


def test_safetensors_of_the_package(tmp_path: Path) -> None:
    package = pytest.importorskip("safetensors.numpy")
    package.save_file(ARRAYS, tmp_path / "x.safetensors", {"format": "pt"})
    same(read_foreign(tmp_path / "x.safetensors"))


def test_the_package_reads_our_safetensors(tmp_path: Path) -> None:
    package = pytest.importorskip("safetensors.numpy")
    np.savez(tmp_path / "a.npz", **ARRAYS)
    assert write_safetensors(tmp_path / "x.safetensors", read_foreign(tmp_path / "a.npz").items()) == []
    again = package.load_file(tmp_path / "x.safetensors")
    assert all(np.array_equal(again[name], array) for name, array in ARRAYS.items()) and set(again) == set(ARRAYS)


def test_bfloat16_is_read_as_float32(tmp_path: Path) -> None:
    header = json.dumps({"x": {"dtype": "BF16", "shape": [2], "data_offsets": [0, 4]}}).encode()
    bits = (np.array([1.5, -3], np.float32).view(np.uint32) >> 16).astype("<u2")
    (tmp_path / "x.safetensors").write_bytes(struct.pack("<Q", len(header)) + header + bits.tobytes())
    tensor = read_foreign(tmp_path / "x.safetensors")["x"]
    assert tensor.array().tolist() == [1.5, -3] and tensor.item_type == "bfloat16"


def test_gguf(tmp_path: Path) -> None:
    gguf = pytest.importorskip("gguf")
    writer = gguf.GGUFWriter(tmp_path / "x.gguf", "test")
    plain = np.arange(64, dtype=np.float32).reshape(2, 32)
    writer.add_tensor("plain", plain)
    packed = gguf.quants.quantize(plain, gguf.GGMLQuantizationType.Q8_0)
    writer.add_tensor("packed", packed, raw_dtype=gguf.GGMLQuantizationType.Q8_0)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    tensors = read_foreign(tmp_path / "x.gguf")
    assert np.array_equal(tensors["plain"].array(), plain) and tensors["plain"].item_type == "float32"
    assert tensors["packed"].shape == (2, 32) and tensors["packed"].item_type == "Q8_0"
    assert np.allclose(tensors["packed"].array(), plain, atol=0.3)


def test_a_missing_package_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "x.gguf").write_bytes(b"GGUF" + bytes(50))
    monkeypatch.setitem(sys.modules, "gguf", None)
    with pytest.raises(ArchiveError, match="run 'pip install gguf'"):
        read_foreign(tmp_path / "x.gguf")


def test_pickles_are_never_read(tmp_path: Path) -> None:
    np.save(tmp_path / "x.npy", np.array([{"a": 1}], object), allow_pickle=True)
    with pytest.raises(ArchiveError, match="Python objects"):
        read_foreign(tmp_path / "x.npy")


def test_headers_are_not_believed(tmp_path: Path) -> None:
    np.save(tmp_path / "x.npy", np.zeros(10))
    data = (tmp_path / "x.npy").read_bytes()
    (tmp_path / "y.npy").write_bytes(data.replace(b"(10,)", b"(99,)"))
    with pytest.raises(ArchiveError, match="fewer items"):
        read_foreign(tmp_path / "y.npy")
    with zipfile.ZipFile(tmp_path / "z.npz", "w") as archive:
        archive.writestr("a.npy", data.replace(b"(10,), ", b"(10**9,)")[:128])
    with pytest.raises(ArchiveError):
        read_foreign(tmp_path / "z.npz")
    np.savez_compressed(tmp_path / "big.npz", a=np.zeros(10_000))
    with pytest.raises(ArchiveError, match="NNEF_LSP_MAX_BYTES"):
        read_foreign(tmp_path / "big.npz", Limits(max_bytes=1000))["a"].array()


@pytest.mark.parametrize(
    "header",
    [
        {"x": {"dtype": "F32", "shape": [4], "data_offsets": [0, 4]}},
        {"x": {"dtype": "F32", "shape": [4], "data_offsets": [0, 16]}},
        {"x": {"dtype": "F32", "shape": [-1], "data_offsets": [0, -4]}},
        {"x": {"dtype": "F3", "shape": [1], "data_offsets": [0, 4]}},
        {"x": {"dtype": [], "shape": [1], "data_offsets": [0, 4]}},
        {"x": []},
        [],
    ],
)
def test_damaged_safetensors_are_refused(tmp_path: Path, header: object) -> None:
    text = json.dumps(header).encode()
    (tmp_path / "x.safetensors").write_bytes(struct.pack("<Q", len(text)) + text + bytes(4))
    with pytest.raises(ArchiveError):
        read_foreign(tmp_path / "x.safetensors")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=60)
@given(
    suffix=st.sampled_from([".npy", ".npz", ".safetensors", ".gguf"]),
    place=st.integers(0, 300),
    damage=st.binary(max_size=8),
    cut=st.integers(0, 400),
)
def test_no_bytes_crash_the_readers(tmp_path: Path, suffix: str, place: int, damage: bytes, cut: int) -> None:
    path = tmp_path / f"x{suffix}"
    if suffix == ".npy":
        np.save(path, ARRAYS["conv.weight"])
    elif suffix == ".npz":
        np.savez(path, **ARRAYS)
    else:
        path.write_bytes(b"GGUF\3\0\0\0" + bytes(100))
        if suffix == ".safetensors":
            write_safetensors(
                path, [("a", ForeignTensor("a", (2, 3, 4), "float32", 96, lambda: ARRAYS["conv.weight"]))]
            )
    data = bytearray(path.read_bytes())
    data[place : place + len(damage)] = damage
    path.write_bytes(bytes(data[: max(1, len(data) - cut)]) if cut < 200 else bytes(data))
    try:
        for tensor in read_foreign(path).values():
            tensor.array()
    except ArchiveError as refusal:
        assert str(refusal).endswith(".")


def test_any_tensor_by_its_place(tmp_path: Path, folder: Path) -> None:
    np.savez(tmp_path / "a.npz", **ARRAYS)
    for path, label in (
        (tmp_path / "a.npz", "half"),
        (folder, "mask"),
        (folder / "mask.dat", None),
        (folder / "graph.nnef", "mask"),
    ):
        with tensor_at(str(path), label) as tensor:
            assert summarise(tensor).count == tensor.array().size
    with (
        pytest.raises(ArchiveError, match=r"choose one with --label: 'conv\.weight'"),
        tensor_at(str(tmp_path / "a.npz")),
    ):
        pass
    with pytest.raises(ArchiveError, match="no tensor 'x'"), tensor_at(str(tmp_path / "a.npz"), "x"):
        pass
