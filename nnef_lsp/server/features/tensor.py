"""`nnef/tensor` and `nnef/tensors` of docs/protocol.md."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ...json_data import JsonObject
from ..parameters import TensorParameters, TensorSource
from ..plain import plain
from ..registry import request
from ..running.runs import RUNS

if TYPE_CHECKING:
    from ...archive.tensors.decoding import Entry
    from ...archive.tensors.tensor import Tensor
    from ..server import NnefServer

STATISTICS, BINS = True, 64


@request("nnef/tensor")
async def tensor(server: NnefServer, params: object) -> JsonObject:
    """In a thread of its own: going through a large file takes its time, and editing goes on meanwhile."""
    wanted: TensorParameters = plain(params)
    return await asyncio.to_thread(view_of, server, wanted)


@request("nnef/tensors")
async def tensors(server: NnefServer, params: object) -> JsonObject:
    """What is in a file that may hold several tensors; headers only."""
    wanted = plain(params)
    return await asyncio.to_thread(list_of, str(wanted.get("uri", "")))


def list_of(uri: str) -> JsonObject:
    from ...archive import ArchiveError
    from ...archive.errors import MissingPackageError
    from ...archive.foreign import read_foreign
    from ..uris import split_uri

    path, inside = split_uri(uri)
    try:
        if path is None or inside is not None:
            raise ArchiveError("Files of weights are read from the disk of this machine only.")
        found = read_foreign(path)
    except MissingPackageError as error:
        return {"tensors": [], "problems": [f"{error} {_python()}"]}
    except ArchiveError as error:
        return {"tensors": [], "problems": [str(error)]}
    except ImportError as error:
        return {"tensors": [], "problems": [_lacking(error)]}
    rows: list[JsonObject] = [
        {"name": name, "dtype": item.item_type, "shape": list(item.shape), "bytes": item.bytes}
        for name, item in found.items()
    ]
    return {"tensors": rows, "problems": []}


def view_of(server: NnefServer, wanted: TensorParameters) -> JsonObject:
    from ...archive import ArchiveError

    problems: list[str] = []
    header: JsonObject = {
        "dtype": "?",
        "shape": [],
        "items": 0,
        "bytes": 0,
        "bits": 0,
        "format": "unknown",
        "details": [],
    }
    answer: JsonObject = {}
    try:
        with _opened(server, wanted.get("source") or TensorSource()) as (found, form):
            from ...ide.views.tensor import header_of

            header = header_of(found, form, _entry(server, wanted, found))
            answer = _parts(found, wanted)
    except ArchiveError as error:
        problems.append(str(error))
    except ImportError as error:
        problems.append(_lacking(error))
    return {"header": header, "problems": problems, **answer}


def _lacking(error: ImportError) -> str:
    return f"Values need the package {error.name}; run 'pip install {error.name}'. {_python()}"


def _python() -> str:
    """An editor may have chosen another Python than the one that its user types commands for."""
    return f"It is for {sys.executable}, which runs this server."


@contextmanager
def _opened(server: NnefServer, source: TensorSource) -> Iterator[tuple[Tensor, str]]:
    """The tensor that is meant, and what its file is called."""
    from ...archive import ArchiveError, open_model
    from ...archive.foreign import tensor_at
    from ..uris import split_uri

    if "run" in source:
        with RUNS.opened(source["run"], source["tensor"]) as found:
            yield found, "result of a run"
        return
    path, inside = split_uri(str(source.get("uri", "")))
    if path is None:
        raise ArchiveError("Tensors are read from files on this machine only.")
    if inside is None:
        with tensor_at(path, source.get("tensor")) as found:
            yield found, "NNEF tensor" if path.lower().endswith(".dat") else os.path.splitext(path)[1].lstrip(".")
        return
    if not inside.endswith(".dat"):
        raise ArchiveError(f"'{inside}' is not a tensor file.")
    with open_model(path) as model:
        yield model.tensor(inside[: -len(".dat")]), "NNEF tensor in an archive"


def _entry(server: NnefServer, wanted: TensorParameters, found: Tensor) -> Entry | None:
    """What graph.quant says of the codes in a file of the disk, for statistics of the real values."""
    from ...project.stored_codes import entry_of
    from ..uris import split_uri

    source = wanted.get("source") or TensorSource()
    path, inside = split_uri(str(source.get("uri", "")))
    if path is None or not wanted.get("statistics", STATISTICS) or (inside is not None and not inside.endswith(".dat")):
        return None
    label = inside[: -len(".dat")] if inside is not None else source.get("tensor")
    return entry_of(path, found, label, server.session.edited_quantization)


def _parts(found: Tensor, wanted: TensorParameters) -> JsonObject:
    from ...archive import TensorFile
    from ...ide.views.tensor import PICTURE, pictures_of, statistics_of, window_of

    answer: JsonObject = {}
    if wanted.get("statistics", STATISTICS):
        answer.update(
            statistics_of(found if isinstance(found, TensorFile) else found.array(), bool(wanted.get("bins", BINS)))
        )
    window, pictures = wanted.get("window"), wanted.get("pictures")
    if window:
        answer["window"] = window_of(
            found.array(),
            int(window["rowAxis"]),
            int(window["columnAxis"]),
            [int(at) for at in window["index"]],
            int(window["rows"]),
            int(window["columns"]),
        )
    if pictures:
        answer["pictures"] = pictures_of(
            found.array(),
            str(pictures["layout"]),
            int(pictures["first"]),
            int(pictures["count"]),
            int(pictures.get("size") or PICTURE),
        )
    return answer
