"""Hostile models and settings: kinds by name, each a function from a folder to the path that a command is given.

Not here: what is inside of archives (`hostile_archives.py`), files of tensors (`hostile_tensors.py`).
"""

from __future__ import annotations

import gzip
import json
import os
from collections.abc import Callable
from pathlib import Path

from .hostile_archives import BROKEN, COMPRESSIONS, EXTENSIONS, FORMS, GRAPH, TARS, WEIGHTS, large
from .hostile_tensors import ESCAPE, Maker, dat

RESOURCE = """version 1.0;
extension tract_registry tract_resource;
graph g( x ) -> ( y )
{
    x = external<scalar>(shape = [2]);
    y = pad(x, [(0, tract_resource_get(label = 'facts', key = '$.n'))]);
}
"""
SECRET = "secret-of-another-folder"


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


def _saved(data: bytes) -> Maker:
    """Inputs that somebody saved with the model."""

    def make(folder: Path) -> Path:
        model = _model(folder)
        (model / ".nnef-lsp").mkdir()
        (model / ".nnef-lsp" / "inputs.json").write_bytes(data)
        return model

    return make


def _sets(**inputs: object) -> bytes:
    return json.dumps({"version": 1, "sets": {"evil": {"inputs": inputs}, ESCAPE: {"inputs": {"x": ESCAPE}}}}).encode()


def _folder(name: str) -> Maker:
    """A folder where a file is expected."""

    def make(folder: Path) -> Path:
        model = _model(folder)
        (model / name).unlink(missing_ok=True)
        (model / name).mkdir()
        return model

    return make


def _named(name: str) -> Maker:
    """A model whose folder has an odd name."""

    def make(folder: Path) -> Path:
        return _model(folder).rename(folder / name)

    return make


def many(folder: Path) -> Path:
    model = _model(folder)
    for number in range(1500):
        (model / f"{number}.dat").write_bytes(b"")
    return model


def deep(folder: Path) -> Path:
    model = below = _model(folder)
    for _ in range(40):
        below = below / ("d" * 90)
        below.mkdir()
        (below / "a.dat").write_bytes(WEIGHTS)
    return model


def unreadable(folder: Path) -> Path:
    model = _model(folder)
    (model / "a.dat").chmod(0)
    (model / ".nnef-lsp.toml").write_text("")
    (model / ".nnef-lsp.toml").chmod(0)
    return model


SAVED: dict[str, bytes] = {
    **{name: data for name, data in JSONS.items() if name not in ("text that escapes", "objects in a list")},
    "of a secret": _sets(x="../secret.npy"),
    "of a device": _sets(x="/dev/zero"),
    "of a program": _sets(x="!touch /tmp/nnef-lsp-out"),
    "of a number": _sets(x=1),
    "of objects": _sets(x={"a": ["b"]}),
    "symbols of text": json.dumps(
        {"version": 1, "sets": {"a": {"inputs": {}, "symbols": {"S": "x", ESCAPE: 1e99}}}}
    ).encode(),
    "another version": json.dumps({"version": [2], "sets": {}}).encode(),
    "sets of a list": json.dumps({"version": 1, "sets": [[]]}).encode(),
}
LABELS: dict[str, str] = {
    "that climbs": "../../secret", "absolute": "/etc/passwd", "of dots": "././.", "of nothing": "",
    "with a zero": "a\0b", "of 100,000 letters": "n" * 100_000, "with a stream of Windows": "a:b", "that escapes": ESCAPE.strip(),
    "of a folder": "sub/", "of backslashes": "..\\\\..\\\\secret", "of surrogates": "\ud800",
}  # fmt: skip
FILES = ("graph.nnef", "graph.quant", "a.dat", ".nnef-lsp.toml", "pyproject.toml", "io.npz", "labels.txt")
KINDS: dict[str, Maker] = {
    **{f"tar: {name}": _archive("tar", data) for name, data in TARS.items()},
    **{
        f"{form}: {name}": _archive(ending, lambda data=data, packed=packed: packed(data()))  # type: ignore[misc]
        for form, (ending, packed) in COMPRESSIONS.items()
        for name, data in TARS.items()
    },
    **{
        f"{form}: {name}": _archive(ending, lambda broken=broken, packed=packed: broken(large(packed)))  # type: ignore[misc]
        for form, (ending, packed) in COMPRESSIONS.items()
        for name, broken in BROKEN.items()
    },
    **{f"tar: {name}": _archive("tar", data) for name, data in EXTENSIONS.items()},
    **{f"gzip: {name}": _archive("tgz", lambda data=data: gzip.compress(data())) for name, data in EXTENSIONS.items()},  # type: ignore[misc]
    **{name: _archive(ending, data) for name, (ending, data) in FORMS.items()},
    **{f"graph: {name}": _text(data) for name, data in TEXTS.items()},
    **{f"quantization: {name}": _with("graph.quant", data) for name, data in TEXTS.items()},
    **{f"JSON: {name}": _with("facts.json", data, RESOURCE) for name, data in JSONS.items()},
    **{f"settings: {name}": _with(".nnef-lsp.toml", data) for name, data in SETTINGS.items()},
    **{f"saved inputs: {name}": _saved(data) for name, data in SAVED.items()},
    **{
        f"label: {name}": _text(GRAPH.replace("'a'", f"'{label}'").encode("utf-8", "surrogatepass"))
        for name, label in LABELS.items()
    },
    **{f"folder: {name}": _folder(name) for name in FILES},
    "folder: name that escapes": _named(ESCAPE.replace("/", "")[:100]),
    "folder: name that is an option": _named("--help"),
    "folder: name that is not UTF-8": _named("model\udcff"),
    "folder: of many files": many,
    "folder: deep": deep,
    "folder: unreadable": unreadable,
    **{f"pipe: {name}": _pipe(name) for name in FILES},
    **{f"device: {name}": _linked(name, "/dev/zero") for name in FILES},
    **{f"link out: {name}": _linked(name, "../secret.nnef") for name in FILES},
    **{f"link in a circle: {name}": _linked(name, name) for name in FILES},
}
