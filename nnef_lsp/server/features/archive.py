"""`nnef/archive` of docs/protocol.md: what is in an archive, and the bytes of one of its files."""

from __future__ import annotations

import asyncio
import base64
from typing import TYPE_CHECKING

from pygls.exceptions import JsonRpcInvalidParams

from ...json_data import JsonObject
from ..parameters import ArchiveParameters
from ..plain import plain
from ..registry import request

if TYPE_CHECKING:
    from ...archive.containers.model import Model
    from ..server import NnefServer

MOST_BYTES = 256 << 20
"""Of one answer: everything is in memory four times on its way to the editor."""


@request("nnef/archive")
async def archive(server: NnefServer, params: object) -> JsonObject:
    return await asyncio.to_thread(_answer, plain(params))


def _answer(wanted: ArchiveParameters) -> JsonObject:
    from ...archive import ArchiveError, open_model
    from ..uris import split_uri

    path, _ = split_uri(str(wanted.get("uri", "")))
    if path is None:
        raise JsonRpcInvalidParams(message="archives are read from files on this machine only")
    try:
        with open_model(path) as model:
            name = wanted.get("path")
            if name is None:
                files: list[JsonObject] = [
                    {"path": file, "size": model.blob(file).size, "folder": False} for file in model.files()
                ]
                return {"entries": files, "problems": model.notices()}
            return _bytes(model, str(name), int(wanted.get("offset") or 0), wanted.get("length"))
    except ArchiveError as error:
        raise JsonRpcInvalidParams(message=str(error)) from None


def _bytes(model: Model, name: str, offset: int, length: int | None) -> JsonObject:
    blob = model.blob(name)
    size = blob.size - offset if length is None else int(length)
    if offset < 0 or size > MOST_BYTES:
        raise JsonRpcInvalidParams(message=f"'{name}' has {blob.size} bytes, too many for one answer")
    return {"data": base64.b64encode(blob.read(offset, max(size, 0))).decode("ascii"), "size": blob.size}
