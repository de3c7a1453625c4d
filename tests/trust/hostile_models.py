"""Hostile models and settings: kinds by name, each a function from a folder to the path that a command is given.

Not here: files of tensors (`hostile_tensors.py`).
"""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import os
import tarfile
from collections.abc import Callable
from pathlib import Path

import numpy as np

from nnef_lsp.archive import encode_tensor

from .hostile_tensors import ESCAPE, Maker, dat

GRAPH = """version 1.0;
graph g( x ) -> ( y )
{
    x = external<scalar>(shape = [2]);
    w = variable<scalar>(shape = [2], label = 'a');
    y = add(x, w);
}
"""
RESOURCE = """version 1.0;
extension tract_registry tract_resource;
graph g( x ) -> ( y )
{
    x = external<scalar>(shape = [2]);
    y = pad(x, [(0, tract_resource_get(label = 'facts', key = '$.n'))]);
}
"""
WEIGHTS = encode_tensor(np.zeros(2, np.float32))
SECRET = "secret-of-another-folder"


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


def _large(packed: Callable[[bytes], bytes]) -> bytes:
    """An archive that does not fit into one block of a decompressor."""
    noise = np.random.RandomState(1).bytes(400_000)
    return packed(tar(BASE[0], member("noise.dat", noise), BASE[1]))


TEXTS: dict[str, bytes] = {
    "more comments than are read": b"version 1.0;\n" + b"# comment\n" * 200_000,
    "a longer line than is read": b"version 1.0;\n" + b"x" * 2_000_000,
    "more of nothing than is read": bytes(2_000_000),
    "not UTF-8": b"\xff\xfe" + GRAPH.encode("utf-16-le"),
    "nothing": b"",
    "names that escape": GRAPH.replace("'a'", f"'{ESCAPE.strip()}'").encode(),
    "fragment that escapes": f'version 1.0;\nfragment i"{ESCAPE.strip()}"(x) -> (y) {{ y = x; }}\n'.encode(),
    "bytes that escape": b"version 1.0;\n\x1b]0;title\x07\x9b2J graph\n",
}
JSONS: dict[str, bytes] = {
    "integer of 400 digits": b'{"n": ' + b"9" * 400 + b"}",
    "integer of 5000 digits": b'{"n": ' + b"9" * 5000 + b"}",
    "infinity": b'{"n": 1e999}',
    "not a number": b'{"n": NaN}',
    "text that escapes": json.dumps({"n": ESCAPE}).encode(),
    "deep list": b'{"n": ' + b"[" * 500 + b"]" * 500 + b"}",
    "deeper list": b'{"n": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "objects in a list": b'{"n": [{"m": 1}, null]}',
    "null": b'{"n": null}',
    "more than is read": b'{"n": [' + b"1," * 1_000_000 + b"1]}",
    "not UTF-8": b'{"n": "\xff"}',
    "lone surrogate": b'{"n": "\\ud800"}',
    "nothing": b"",
}
SETTINGS: dict[str, bytes] = {
    "deep": b"rules = " + b"[" * 10_000 + b"]" * 10_000,
    "more than is read": b"# comment\n" * 200_000,
    "not UTF-8": b"rules = '\xff'",
    "not TOML": b"[rules",
    "escapes": f"[rules]\n{json.dumps(ESCAPE)} = 1\n".encode(),
    "names a Python": b"python = '/tmp/evil'\n[rules]\n",
    "a list": b"rules = [1]",
}
TENSORS: dict[str, bytes] = {
    "one bit times 2^32": dat([0xFFFFFFFF], 1, 1, b"", length=1 << 29),
    "zero": dat([2], 32, 0, bytes(8)),
}


def _model(folder: Path, graph: str | bytes = GRAPH) -> Path:
    model = folder / "model"
    model.mkdir()
    (model / "graph.nnef").write_bytes(graph.encode() if isinstance(graph, str) else graph)
    (model / "a.dat").write_bytes(WEIGHTS)
    return model


def _archive(ending: str, data: Callable[[], bytes]) -> Maker:
    def make(folder: Path) -> Path:
        path = folder / f"hostile.{ending}"
        path.write_bytes(data())
        return path

    return make


def _with(name: str, data: bytes, graph: str = GRAPH) -> Maker:
    def make(folder: Path) -> Path:
        model = _model(folder, graph)
        (model / name).write_bytes(data)
        return model

    return make


def _text(data: bytes) -> Maker:
    return lambda folder: _model(folder, data)


def _linked(name: str, target: str) -> Maker:
    """A file of the model is a link; `SECRET` lies beside the model."""

    def make(folder: Path) -> Path:
        model = _model(folder)
        (folder / "secret.nnef").write_text(f"# {SECRET}\nversion   1.0;\n")
        (model / name).unlink(missing_ok=True)
        os.symlink(target, model / name)
        return model

    return make


def _pipe(name: str) -> Maker:
    def make(folder: Path) -> Path:
        model = _model(folder)
        (model / name).unlink(missing_ok=True)
        os.mkfifo(model / name)
        return model

    return make


def sparse(folder: Path) -> Path:
    """A tensor of 2^32 bits that takes no room on the disk, and differs from nothing."""
    model = _model(folder, GRAPH.replace("[2]", "[4294967295]").replace("scalar", "integer"))
    with open(model / "a.dat", "wb") as file:
        file.write(TENSORS["one bit times 2^32"])
        file.truncate(128 + (1 << 29))
    return model


FILES = ("graph.nnef", "graph.quant", "a.dat", ".nnef-lsp.toml", "pyproject.toml")
KINDS: dict[str, Maker] = {
    **{f"tar: {name}": _archive("tar", data) for name, data in TARS.items()},
    **{
        f"{form}: {name}": _archive(ending, lambda data=data, packed=packed: packed(data()))  # type: ignore[misc]
        for form, (ending, packed) in COMPRESSIONS.items()
        for name, data in TARS.items()
    },
    **{
        f"{form}: {name}": _archive(ending, lambda broken=broken, packed=packed: broken(_large(packed)))  # type: ignore[misc]
        for form, (ending, packed) in COMPRESSIONS.items()
        for name, broken in BROKEN.items()
    },
    **{f"graph: {name}": _text(data) for name, data in TEXTS.items()},
    **{f"quantization: {name}": _with("graph.quant", data) for name, data in TEXTS.items()},
    **{f"JSON: {name}": _with("facts.json", data, RESOURCE) for name, data in JSONS.items()},
    **{f"settings: {name}": _with(".nnef-lsp.toml", data) for name, data in SETTINGS.items()},
    **{f"pipe: {name}": _pipe(name) for name in FILES},
    **{f"device: {name}": _linked(name, "/dev/zero") for name in FILES},
    **{f"link out: {name}": _linked(name, "../secret.nnef") for name in FILES},
    **{f"link in a circle: {name}": _linked(name, name) for name in FILES},
}
