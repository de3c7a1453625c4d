"""Hostile files of tensors: kinds by name, each a function from a folder to the path it made there.

Not here: archives, texts and folders (`hostile_models.py`).
"""

from __future__ import annotations

import io
import json
import lzma
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

Maker = Callable[[Path], Path]
GREATEST = float(np.finfo(np.float64).max)
ESCAPE = "\x1b[31mred\x1b]0;title\x07\u202e\x9b2J\n"
"""What a name may do to a terminal: colours, a title, a bell, text from right to left, clearing it, a line of its own."""


def npy(descr: str, shape: str, data: bytes = b"", order: str = "False") -> bytes:
    """A .npy file put together by hand."""
    text = f"{{'descr': {descr}, 'fortran_order': {order}, 'shape': {shape}, }}".encode()
    text = text.ljust((len(text) + 11) // 64 * 64 + 53) + b"\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text + data


def doubles(*items: float) -> bytes:
    return np.array(items, "<f8").tobytes()


FOUR = npy("'<f4'", "(4,)", bytes(16))

NPY: dict[str, bytes] = {
    "structured": npy("[('a','<f4'),('b','<i4')]", "(2,)", bytes(16)),
    "record of floats": npy("[('re','<f4'),('im','<f4')]", "(2,)", bytes(16)),
    "record of two types": npy("[('re','<i4'),('im','<i8')]", "(2,)", bytes(24)),
    "complex integers": npy("[('re','<i4'),('im','<i4')]", "(2,)", bytes(16)),
    "nested record": npy("[('re',[('re','<i4'),('im','<i4')]),('im',[('re','<i4'),('im','<i4')])]", "(2,)", bytes(32)),
    "subarray": npy("('<f4',(2,))", "(2,)", bytes(16)),
    "void": npy("'|V4'", "(2,)", bytes(8)),
    "void of no size": npy("'|V0'", "(4294967296,)"),
    "date": npy("'<M8[s]'", "(2,)", bytes(16)),
    "span of time": npy("'<m8[D]'", "(2,)", bytes(16)),
    "long double": npy("'<f16'", "(4,)", bytes(64)),
    "long complex": npy("'<c32'", "(2,)", bytes(64)),
    "objects": npy("'|O'", "(2,)", b"cos\nsystem\n(S'false'\ntR."),
    "text": npy("'<U4'", "(2,)", "a\x1b[1b\x07cd".encode("utf-32-le")),
    "text beyond Unicode": npy("'<U4'", "(2,)", b"\xff" * 32),
    "big-endian text beyond Unicode": npy("'>U4'", "(2,)", b"\xff" * 32),
    "surrogates": npy("'<U2'", "(2,)", b"\x00\xd8\0\0" * 4),
    "text of no size": npy("'<U0'", "(1125899906842624,)"),
    "bytes": npy("'|S4'", "(2,)", b"\x1b[31"),
    "bytes that escape": npy("'|S4'", "(2,)", b"\x1b[31\xff\x00\x07\x9b"),
    "bytes of no size": npy("'|S0'", "(1125899906842624,)"),
    "rank 33": npy("'<f4'", str((1,) * 33), bytes(4)),
    "rank 65": npy("'<f4'", str((1,) * 65), bytes(4)),
    "rank 3000": npy("'<f4'", str((1,) * 3000), bytes(4)),
    "negative extent": npy("'<f4'", "(-1,)", bytes(4)),
    "logical extent": npy("'<f4'", "(True,)", bytes(4)),
    "extent that is a float": npy("'<f4'", "(1.0,)", bytes(4)),
    "extent that is text": npy("'<f4'", "('1',)", bytes(4)),
    "extents beyond a machine": npy("'<f4'", "(0, 9223372036854775807, 9223372036854775807)"),
    "extent beyond a machine": npy("'<f4'", "(99999999999999999999999,)"),
    "too short": npy("'<f4'", "(1000,)", bytes(16)),
    "too long": npy("'<f4'", "(1,)", bytes(4000)),
    "greatest doubles": npy("'<f8'", "(2,2)", doubles(GREATEST, -GREATEST, 0, 1)),
    "all greatest doubles": npy("'<f8'", "(2,500)", doubles(*[GREATEST] * 1000)),
    "greatest and zero": npy("'<f8'", "(1,1,2,80)", doubles(GREATEST, *[0.0] * 159)),
    "least doubles": npy("'<f8'", "(4,)", doubles(5e-324, 0, -5e-324, 0)),
    "greatest floats": npy("'<f4'", "(2,2)", np.array([3.4e38, -3.4e38, 0, 1], "<f4").tobytes()),
    "greatest halves": npy("'<f2'", "(3,)", np.array([65504, np.inf, np.nan], "<f2").tobytes()),
    "no finite number": npy("'<f8'", "(3,)", doubles(np.nan, np.inf, -np.inf)),
    "greatest complex": npy("'<c16'", "(2,2)", doubles(GREATEST, GREATEST, 0, 0, np.nan, 1, np.inf, 0)),
    "extreme int64": npy("'<i8'", "(2,)", np.array([-(2**63), 2**63 - 1], "<i8").tobytes()),
    "extreme uint64": npy("'<u8'", "(2,)", np.array([0, 2**64 - 1], "<u8").tobytes()),
    "odd truth values": npy("'|b1'", "(4,)", b"\0\1\2\xff"),
    "big-endian": npy("'>f4'", "(2,)", bytes(8)),
    "scalar": npy("'<f4'", "()", bytes(4)),
    "no items": npy("'<f4'", "(0, 3)"),
    "Fortran order": npy("'<f4'", "(2, 3)", bytes(24), "True"),
    "order that is a list": npy("'<f4'", "(2, 3)", bytes(24), "[]"),
    "nothing": b"",
    "magic alone": b"\x93NUMPY",
    "unknown version": b"\x93NUMPY\x09\x00" + bytes(100),
    "nested header": npy("'<f4'", "(" * 300 + ")" * 300),
    "header that calls": npy("'<f4'", "__import__('os').system('false')"),
    "header of 4 GB": b"\x93NUMPY\x02\x00" + struct.pack("<I", 0xFFFFFFFF) + b"{" * 100,
    "type that is deep": npy("[" * 90 + "]" * 90, "(1,)"),
    "type of commas": npy("'" + "f4," * 2000 + "f4'", "(1,)"),
    "header of Python 2": npy("'<f4'", "(2L,)", bytes(8)),
}


def zipped(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name) if method == zipfile.ZIP_STORED else name, data)
    return buffer.getvalue()


def changed(data: bytes, local: int, central: int, value: int) -> bytes:
    """A zip archive with one byte changed in its local and in its central header."""
    result = bytearray(data)
    result[local] = value
    result[data.rindex(b"PK\1\2") + central] = value
    return bytes(result)


def overlapping(count: int, size: int) -> bytes:
    """Many names for one member."""
    data = zipped({"a.npy": npy("'<f4'", f"({size // 4},)", bytes(size))})
    directory, end = data.rindex(b"PK\1\2"), data.rindex(b"PK\5\6")
    entries = data[directory:end] * count
    return (
        data[:directory]
        + entries
        + b"PK\5\6"
        + struct.pack("<HHHHIIH", 0, 0, count & 65535, count & 65535, len(entries), directory, 0)
    )


_ZIP = zipped({"a.npy": FOUR})
NPZ: dict[str, Callable[[], bytes]] = {
    "encrypted": lambda: changed(_ZIP, 6, 8, 1),
    "unknown compression": lambda: changed(_ZIP, 8, 10, 99),
    "damaged": lambda: changed(_ZIP, 60, 16, 255),
    "raw member": lambda: zipped({"a": b"raw", "b.npy": FOUR}),
    "raw members only": lambda: zipped({"a": b"raw"}),
    "raw bytes as an array": lambda: zipped({"a.npy": b"raw"}),
    "names that escape": lambda: zipped({f"{ESCAPE}.npy": FOUR, f"b{ESCAPE}.npy": FOUR}),
    "name that escapes": lambda: zipped({f"{ESCAPE}.npy": FOUR}),
    "name that climbs": lambda: zipped({"../../a.npy": FOUR}),
    "overlapping": lambda: overlapping(900, 4_000_000),
    "bomb": lambda: zipped({"a.npy": npy("'<f4'", "(70000000,)", bytes(280_000_000))}),
    "header that is a bomb": lambda: zipped({"a.npy": b"\x93NUMPY\x02\x00\xff\xff\xff\x7f" + b" " * 30_000_000}),
    "LZMA": lambda: zipped({"a.npy": FOUR}, zipfile.ZIP_LZMA),
    "cut": lambda: _ZIP[:-30],
    "no members": lambda: zipped({}),
    "not a zip": lambda: b"PK\3\4" + bytes(100),
    "size that lies": lambda: zipped({"a.npy": npy("'<f4'", "(1000,)", bytes(16))}),
}


def safetensors(header: Any, data: bytes = b"") -> bytes:
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + data


def one(shape: Any, size: int = 4, name: str = "a", dtype: Any = "F32", offsets: Any = None) -> bytes:
    return safetensors(
        {name: {"dtype": dtype, "shape": shape, "data_offsets": offsets or [0, size]}}, bytes(max(0, size))
    )


def _extents(digit: bytes, count: int) -> bytes:
    shape = b",".join([digit] * count)
    return safetensors(b'{"a":{"dtype":"F32","shape":[' + shape + b'],"data_offsets":[0,4]}}', bytes(4))


SAFETENSORS: dict[str, Callable[[], bytes]] = {
    "rank 65": lambda: one([1] * 65),
    "2^62 items of no rows": lambda: one([2**62, 0], 0),
    "2^70 items of no rows": lambda: one([2**70, 0], 0),
    "2^80 items of no rows": lambda: one([2**40, 2**40, 0], 0),
    "two million extents": lambda: _extents(b"1", 2_000_000),
    "two million greater extents": lambda: _extents(b"3", 2_000_000),
    "integer of 5000 digits": lambda: _extents(b"9" * 5000, 1),
    "integer of 400 digits": lambda: _extents(b"9" * 400, 1),
    "deep header": lambda: safetensors(b"[" * 100_000),
    "list as header": lambda: safetensors(b"[1]"),
    "null tensor": lambda: safetensors({"a": None}),
    "type that is a list": lambda: one([1], dtype=["F32"]),
    "unknown type": lambda: one([1], dtype=ESCAPE),
    "shape that is text": lambda: one("11"),
    "shape that is an object": lambda: one({"0": 1}),
    "shape that is a number": lambda: one(1),
    "negative extent": lambda: one([-1]),
    "extent that is a float": lambda: one([1.0]),
    "offsets backwards": lambda: one([1], offsets=[8, 4]),
    "offsets beyond": lambda: one([1], offsets=[1 << 60, (1 << 60) + 4]),
    "offsets of text": lambda: one([1], offsets=["0", "4"]),
    "three offsets": lambda: one([1], offsets=[0, 4, 8]),
    "name that escapes": lambda: one([1], name=ESCAPE),
    "names that escape": lambda: safetensors(
        {f"{n}{ESCAPE}": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]} for n in "ab"}, bytes(4)
    ),
    "lone surrogate": lambda: one([1], name="\ud800"),
    "more tensors than are read": lambda: safetensors(
        {f"t{n}": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]} for n in range(1200)}, bytes(4)
    ),
    "header of 2^63": lambda: struct.pack("<Q", 1 << 63) + b"{}",
    "header beyond the file": lambda: struct.pack("<Q", 1000) + b"{}",
    "not UTF-8": lambda: safetensors(b'{"\xff": 1}'),
    "nothing": lambda: b"",
}


def dat(shape: list[int], bits: int, code: int, data: bytes = b"", length: int | None = None, rank: int = -1) -> bytes:
    """A tensor file put together by hand."""
    extents = struct.pack("<8I", *([*shape] + [0] * 8)[:8])
    size = len(data) if length is None else length
    head = b"\x4e\xef\1\0" + struct.pack("<II", size, len(shape) if rank < 0 else rank) + extents
    return head + struct.pack("<IHH", bits, code, 0) + bytes(76) + data


DAT: dict[str, bytes] = {
    "rank 9": dat([1] * 8, 32, 0, bytes(4), rank=9),
    "rank 2^32-1": dat([1] * 8, 32, 0, bytes(4), rank=0xFFFFFFFF),
    "extents beyond a machine": dat([0xFFFFFFFF] * 8, 32, 0, bytes(4)),
    "nothing times everything": dat([0] + [0xFFFFFFFF] * 7, 32, 0),
    "length that lies": dat([1], 32, 0, bytes(4), length=0xFFFFFFFF),
    "unknown code": dat([1], 32, 99, bytes(4)),
    "no bits": dat([1], 0, 0, bytes(4)),
    "bits beyond a machine": dat([1], 0xFFFFFFFF, 0, bytes(4)),
    "one bit": dat([7], 1, 1, b"\xff"),
    "63 bits": dat([3], 63, 4, bytes(24)),
    "greatest doubles": dat([2, 2], 64, 0, doubles(GREATEST, -GREATEST, 0, 1)),
    "header cut": dat([1], 32, 0)[:100],
    "zip": b"PK\3\4" + bytes(200),
    "nothing": b"",
}


def png(width: int, height: int, depth: int, colour: int, rows: bytes, *more: tuple[bytes, bytes]) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    chunks = [(b"IHDR", header), *more, (b"IDAT", zlib.compress(rows)), (b"IEND", b"")]
    body = b"".join(struct.pack(">I", len(d)) + n + d + struct.pack(">I", zlib.crc32(n + d)) for n, d in chunks)
    return b"\x89PNG\r\n\x1a\n" + body


PNG: dict[str, bytes] = {
    "wider than its rows": png(1000, 1000, 8, 2, b""),
    "as wide as there are numbers": png(0xFFFFFFFF, 0xFFFFFFFF, 16, 6, b""),
    "no pixels": png(0, 0, 8, 0, b""),
    "unknown filter": png(1, 1, 8, 0, b"\x09\0"),
    "unknown depth": png(1, 1, 7, 0, b"\0\0"),
    "no palette": png(1, 1, 8, 3, b"\0\0"),
    "palette of five bytes": png(1, 1, 8, 3, b"\0\0", (b"PLTE", b"12345")),
    "cut": png(1, 1, 8, 0, b"\0\0")[:-20],
    "rows that are a bomb": png(1, 1, 8, 0, bytes(50_000_000)),
    "PostScript": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\nshowpage\n",
    "nothing": b"",
}
GGUF: dict[str, bytes] = {
    "no package or no tensors": b"GGUF" + struct.pack("<IQQ", 3, 0, 0),
    "2^60 tensors": b"GGUF" + struct.pack("<IQQ", 3, 1 << 60, 1 << 60),
    "cut": b"GGUF",
    "not GGUF": b"FUGG" + bytes(40),
}
OTHERS = {
    "compressed npy": ("npy.xz", lzma.compress(FOUR)),
    "pickle": ("pkl", b"cos\nsystem\n(S'false'\ntR."),
    "npy that is a zip": ("npy", _ZIP),
    "npz that is a npy": ("npz", FOUR),
    "npz that is a pickle": ("npz", b"cos\nsystem\n(S'false'\ntR."),
    "dat that is a npy": ("dat", FOUR),
}


def _writer(ending: str, data: bytes | Callable[[], bytes]) -> Maker:
    def make(folder: Path) -> Path:
        path = folder / f"hostile.{ending}"
        path.write_bytes(data if isinstance(data, bytes) else data())
        return path

    return make


KINDS: dict[str, Maker] = {
    f"{ending}: {name}": _writer(ending, data)
    for ending, table in (
        ("npy", NPY), ("npz", NPZ), ("safetensors", SAFETENSORS), ("dat", DAT), ("png", PNG), ("gguf", GGUF),
    )
    for name, data in table.items()
} | {f"npz of npy: {name}": _writer("npz", zipped({"a.npy": data})) for name, data in NPY.items()} | {
    f"other: {name}": _writer(ending, data) for name, (ending, data) in OTHERS.items()
}  # fmt: skip
