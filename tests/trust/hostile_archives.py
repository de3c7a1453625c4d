"""Hostile archives: tar by tar, and how each may be packed.

Not here: what lies in a folder (`hostile_models.py`), files of tensors (`hostile_tensors.py`).
"""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import struct
import tarfile
import zlib
from collections.abc import Callable

import numpy as np

from nnef_lsp.archive import encode_tensor

from .hostile_tensors import ESCAPE

GRAPH = """version 1.0;
graph g( x ) -> ( y )
{
    x = external<scalar>(shape = [2]);
    w = variable<scalar>(shape = [2], label = 'a');
    y = add(x, w);
}
"""
WEIGHTS = encode_tensor(np.zeros(2, np.float32))


def member(
    name: str, data: bytes = b"", kind: bytes = tarfile.REGTYPE, target: str = ""
) -> tuple[tarfile.TarInfo, bytes]:
    info = tarfile.TarInfo(name)
    info.type, info.linkname, info.size = kind, target, len(data)
    return info, data


def tar(*members: tuple[tarfile.TarInfo, bytes], form: int = tarfile.GNU_FORMAT) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=form) as archive:
        for info, data in members:
            archive.addfile(info, io.BytesIO(data))
    return buffer.getvalue()


BASE = (member("graph.nnef", GRAPH.encode()), member("a.dat", WEIGHTS))
WHOLE = tar(*BASE)
WITHIN = WHOLE.index(WEIGHTS) + 100
"""A byte inside of the last member."""


def _sized(size: bytes) -> bytes:
    """The first member's size replaced, with a right checksum."""
    head = bytearray(WHOLE)
    head[124:136] = size
    head[148:156] = b" " * 8
    head[148:156] = b"%06o\0 " % sum(head[:512])
    return bytes(head)


TARS: dict[str, Callable[[], bytes]] = {
    "whole": lambda: WHOLE,
    "cut inside a member": lambda: WHOLE[:WITHIN],
    "cut inside a header": lambda: WHOLE[: WHOLE.index(b"a.dat") + 60],
    "cut behind the graph": lambda: WHOLE[: WHOLE.index(b"a.dat")],
    "nothing inside": lambda: bytes(10240),
    "damaged header": lambda: b"x" + WHOLE[1:],
    "member of 2^60 bytes": lambda: _sized(b"\x80" + (1 << 60).to_bytes(11, "big")),
    "member of negative size": lambda: _sized(b"\xff" * 12),
    "size that is not a number": lambda: _sized(b"zzzzzzzzzzz\0"),
    "climbs out": lambda: tar(*BASE, member("../out.dat", WEIGHTS)),
    "absolute": lambda: tar(*BASE, member("/tmp/nnef-lsp-out.dat", WEIGHTS)),
    "link out": lambda: tar(BASE[0], member("a.dat", kind=tarfile.SYMTYPE, target="../secret.dat")),
    "link to a secret": lambda: tar(member("graph.nnef", kind=tarfile.SYMTYPE, target="/etc/passwd")),
    "hard link out": lambda: tar(BASE[0], member("a.dat", kind=tarfile.LNKTYPE, target="/etc/passwd")),
    "links in a circle": lambda: tar(
        BASE[0],
        member("a.dat", kind=tarfile.SYMTYPE, target="b.dat"), member("b.dat", kind=tarfile.SYMTYPE, target="a.dat"),
    ),
    "device": lambda: tar(BASE[0], member("a.dat", kind=tarfile.CHRTYPE)),
    "pipe as the graph": lambda: tar(member("graph.nnef", kind=tarfile.FIFOTYPE), BASE[1]),
    "folder as the graph": lambda: tar(member("graph.nnef", kind=tarfile.DIRTYPE), BASE[1]),
    "two of one name": lambda: tar(*BASE, BASE[1]),
    "names that escape": lambda: tar(*BASE, member(f"{ESCAPE}.dat", WEIGHTS), member(ESCAPE, kind=tarfile.CHRTYPE)),
    "name of a megabyte": lambda: tar(*BASE, member("n" * 1_000_000 + ".dat")),
    "deep names": lambda: tar(*BASE, member("a/" * 2000 + "a.dat")),
    "more members than are read": lambda: tar(*BASE, *(member(f"m{n}.dat") for n in range(1200))),
    "damaged weights": lambda: tar(BASE[0], member("a.dat", b"NE" + bytes(200))),
    "pax names": lambda: tar(*BASE, member("\udcff" + ESCAPE + ".dat"), form=tarfile.PAX_FORMAT),
    "graph is not text": lambda: tar(member("graph.nnef", b"\0\xff" * 1000)),
    "two names by case": lambda: tar(*BASE, member("A.dat", WEIGHTS)),
    "file that is a folder": lambda: tar(*BASE, member("b", b"x"), member("b/c.dat", WEIGHTS)),
}  # fmt: skip
COMPRESSIONS: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
    "gzip": ("tgz", gzip.compress), "xz": ("tar.xz", lzma.compress), "bzip2": ("tar.bz2", bz2.compress),
}  # fmt: skip
BROKEN: dict[str, Callable[[bytes], bytes]] = {
    "cut": lambda packed: packed[: len(packed) * 2 // 3],
    "cut early": lambda packed: packed[:12],
    "damaged": lambda packed: packed[:40] + bytes(8) + packed[48:],
    "with a tail": lambda packed: packed + b"tail",
}


def large(packed: Callable[[bytes], bytes]) -> bytes:
    """An archive that does not fit into one block of a decompressor."""
    noise = np.random.RandomState(1).bytes(400_000)
    return packed(tar(BASE[0], member("noise.dat", noise), BASE[1]))


def _raw(kind: bytes, body: bytes, name: bytes = b"././@LongLink", size: int | None = None) -> bytes:
    """A header of a kind that `tarfile` writes only by itself, and its body in whole blocks."""
    head = bytearray(512)
    head[: len(name)] = name
    head[100:108], head[108:116], head[116:124] = b"0000644\0", b"0000000\0", b"0000000\0"
    head[124:136] = b"%011o\0" % (len(body) if size is None else size)
    head[136:148], head[148:156], head[156:157] = b"00000000000\0", b" " * 8, kind
    head[257:265] = b"ustar\x0000"
    head[148:156] = b"%06o\0 " % sum(head)
    return bytes(head) + body + bytes(-len(body) % 512)


def _record(key: str, value: str) -> bytes:
    body = f" {key}={value}\n".encode()
    length = len(body) + 1
    while len(str(length)) + len(body) != length:
        length = len(str(length)) + len(body)
    return str(length).encode() + body


def _sparse(chunks: list[tuple[int, int]], size: int, data: bytes) -> bytes:
    """A member in the old GNU form for files with holes: where there is data, and how long it says it is."""
    head = bytearray(_raw(b"S", b"", b"a.dat", len(data)))
    head[257:265] = b"ustar  \0"
    for number, (offset, length) in enumerate(chunks[:4]):
        head[386 + 24 * number : 410 + 24 * number] = b"%011o\0%011o\0" % (offset, length)
    head[483:495] = b"%011o\0" % size
    head[148:156] = b" " * 8
    head[148:156] = b"%06o\0 " % sum(head[:512])
    return bytes(head) + data + bytes(-len(data) % 512)


END = bytes(1024)


def _front(*blocks: bytes) -> bytes:
    return tar(BASE[0])[:1024] + b"".join(blocks) + END


EXTENSIONS: dict[str, Callable[[], bytes]] = {
    "long name without a member": lambda: _front(_raw(b"L", b"a.dat\0")),
    "long name of 2^33 bytes": lambda: _front(_raw(b"L", b"a.dat\0", size=(1 << 33) - 1)),
    "long link without an end": lambda: _front(_raw(b"K", b"x" * 5000), _raw(b"2", b"", b"a.dat")),
    "long names upon long names": lambda: _front(*[_raw(b"L", b"a.dat\0")] * 2000),
    "pax size that lies": lambda: _front(_raw(b"x", _record("size", str(1 << 62))), _raw(b"0", WEIGHTS, b"a.dat")),
    "pax size below zero": lambda: _front(_raw(b"x", _record("size", "-512")), _raw(b"0", WEIGHTS, b"a.dat")),
    "pax size that is text": lambda: _front(_raw(b"x", _record("size", "many")), _raw(b"0", WEIGHTS, b"a.dat")),
    "pax path that climbs": lambda: _front(_raw(b"x", _record("path", "../../a.dat")), _raw(b"0", WEIGHTS, b"a.dat")),
    "pax path that escapes": lambda: _front(_raw(b"x", _record("path", ESCAPE)), _raw(b"0", WEIGHTS, b"a.dat")),
    "pax path with a zero": lambda: _front(_raw(b"x", _record("path", "a\0b.dat")), _raw(b"0", WEIGHTS, b"a.dat")),
    "pax link to a secret": lambda: _front(_raw(b"x", _record("linkpath", "/etc/passwd")), _raw(b"2", b"", b"a.dat")),
    "pax record that never ends": lambda: _front(_raw(b"x", b"99999999 path=a.dat"), _raw(b"0", WEIGHTS, b"a.dat")),
    "pax record of no length": lambda: _front(_raw(b"x", b"0 path=a.dat\n" * 100), _raw(b"0", WEIGHTS, b"a.dat")),
    "pax record of 5000 digits": lambda: _front(_raw(b"x", b"9" * 5000 + b" p=a\n"), _raw(b"0", WEIGHTS, b"a.dat")),
    "pax headers upon pax headers": lambda: _front(*[_raw(b"x", _record("path", "b"))] * 2000),
    "pax for all that lies": lambda: _front(_raw(b"g", _record("size", "7")), _raw(b"0", WEIGHTS, b"a.dat")),
    "pax character set": lambda: _front(_raw(b"x", _record("hdrcharset", "evil")), _raw(b"0", WEIGHTS, b"a.dat")),
    "sparse": lambda: _front(_sparse([(0, len(WEIGHTS))], len(WEIGHTS), WEIGHTS)),
    "sparse and of 8 GB": lambda: _front(_sparse([((1 << 33) - 513, 512)], (1 << 33) - 1, bytes(512))),
    "sparse beyond its size": lambda: _front(_sparse([(1 << 30, 512)], 10, bytes(512))),
    "sparse and overlapping": lambda: _front(_sparse([(0, 512)] * 4, 2048, bytes(512))),
    "sparse by pax": lambda: _front(
        _raw(b"x", _record("GNU.sparse.major", "1") + _record("GNU.sparse.minor", "0") + _record("GNU.sparse.name", "a.dat")
             + _record("GNU.sparse.realsize", str(1 << 40))),
        _raw(b"0", b"1\n" + str(1 << 40).encode() + b"\n512\n" + bytes(490), b"a.dat"),
    ),
    "sparse by pax without a map": lambda: _front(
        _raw(b"x", _record("GNU.sparse.major", "1") + _record("GNU.sparse.minor", "0")), _raw(b"0", b"x" * 512, b"a.dat")
    ),
    "piece of a larger volume": lambda: _front(_raw(b"M", WEIGHTS, b"a.dat")),
    "label of a volume": lambda: _front(_raw(b"V", b"", ESCAPE.encode()[:90]), _raw(b"0", WEIGHTS, b"a.dat")),
    "kind that nobody knows": lambda: _front(_raw(b"Z", WEIGHTS, b"a.dat")),
    "base of 2^64 - 1": lambda: _front(_raw(b"0", WEIGHTS, b"a.dat", 0o77777777777)),
    "name of Windows": lambda: tar(*BASE, member("C:\\b.dat", WEIGHTS), member("..\\c.dat", WEIGHTS)),
    "name of a device of Windows": lambda: tar(*BASE, member("CON", WEIGHTS), member("nul.dat", WEIGHTS)),
    "name longer than a file's": lambda: tar(*BASE, member("n" * 300 + ".dat", WEIGHTS)),
    "names of dots": lambda: tar(*BASE, member("./././b.dat", WEIGHTS), member("b/..", WEIGHTS), member("...", WEIGHTS)),
    "name of nothing": lambda: tar(*BASE, member("", WEIGHTS)),
    "graph twice": lambda: tar(*BASE, member("graph.nnef", GRAPH.replace("add", "mul").encode())),
    "graph by another case": lambda: tar(*BASE, member("GRAPH.NNEF", GRAPH.encode())),
    "an archive inside": lambda: tar(member("model.tar", WHOLE)),
    "link and then a file through it": lambda: tar(
        *BASE, member("b", kind=tarfile.SYMTYPE, target="/tmp"), member("b/nnef-lsp-out.dat", WEIGHTS)
    ),
    "hard link to itself": lambda: tar(BASE[0], member("a.dat", kind=tarfile.LNKTYPE, target="a.dat")),
    "settings that are a device": lambda: tar(*BASE, member(".nnef-lsp.toml", kind=tarfile.CHRTYPE)),
}  # fmt: skip


def _named(packed: bytes) -> bytes:
    """A gzip whose header names a file."""
    return packed[:3] + bytes([packed[3] | 8]) + packed[4:10] + b"../" * 5000 + ESCAPE.encode() + b"\0" + packed[10:]


def _window(packed: bytes) -> bytes:
    """An xz whose block says that its dictionary is as large as can be."""
    size = (packed[12] + 1) * 4
    block = bytearray(packed[12 : 12 + size])
    block[block.index(b"\x21\x01") + 2] = 40
    block[-4:] = struct.pack("<I", zlib.crc32(block[:-4]))
    return packed[:12] + bytes(block) + packed[12 + size :]


FORMS: dict[str, tuple[str, Callable[[], bytes]]] = {
    "gzip: name in its header": ("tgz", lambda: _named(gzip.compress(WHOLE))),
    "gzip: name without an end": ("tgz", lambda: gzip.compress(WHOLE)[:3] + b"\x08" + bytes(6) + b"x" * 100_000),
    "gzip: in many pieces": ("tgz", lambda: b"".join(gzip.compress(WHOLE[n : n + 64]) for n in range(0, len(WHOLE), 64))),
    "gzip: a hundred thousand of nothing": ("tgz", lambda: gzip.compress(b"", mtime=0) * 100_000 + gzip.compress(WHOLE)),
    "gzip: wrong checksum": ("tgz", lambda: gzip.compress(WHOLE)[:-8] + struct.pack("<II", 1, len(WHOLE))),
    "gzip: bomb": ("tgz", lambda: gzip.compress(tar(BASE[0], member("a.dat", bytes(300 << 20))), 9)),
    "gzip: of a gzip": ("tgz", lambda: gzip.compress(gzip.compress(WHOLE))),
    "xz: bomb": ("tar.xz", lambda: lzma.compress(tar(BASE[0], member("a.dat", bytes(300 << 20))), preset=0)),
    "xz: the format before": ("tar.xz", lambda: lzma.compress(WHOLE, lzma.FORMAT_ALONE)),
    "xz: window of 4 GB": ("tar.xz", lambda: _window(lzma.compress(WHOLE))),
    "bzip2: in many pieces": ("tar.bz2", lambda: b"".join(bz2.compress(WHOLE[n : n + 512]) for n in range(0, len(WHOLE), 512))),
    "zstd: nothing behind its mark": ("tar.zst", lambda: b"\x28\xb5\x2f\xfd"),
    "zstd: frame of 2^62 bytes": ("tar.zst", lambda: b"\x28\xb5\x2f\xfd\xe0" + struct.pack("<Q", 1 << 62) + bytes(20)),
    "zstd: window of 2^41 bytes": ("tar.zst", lambda: b"\x28\xb5\x2f\xfd\x00\xff" + bytes(20)),
    "zstd: frames to skip": ("tar.zst", lambda: (b"\x50\x2a\x4d\x18" + struct.pack("<I", 0xFFFFFFFF) + b"x" * 1000)),
    "zip": ("tar", lambda: b"PK\x03\x04" + bytes(600)),
    "7z": ("tgz", lambda: b"7z\xbc\xaf\x27\x1c" + bytes(600)),
}  # fmt: skip
