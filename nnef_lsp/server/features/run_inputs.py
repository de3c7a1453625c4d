"""The commands `nnef.inputs` and `nnef.saveInputs` of docs/protocol.md: what can be given to a run, and keeping it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from lsprotocol import types
from pygls.exceptions import JsonRpcInvalidParams

from ...json_data import JsonObject
from ..registry import command
from .run_graph import document_at, folder_of, wanted_of
from .trust import REFUSAL

if TYPE_CHECKING:
    from ..server import NnefServer


@command("nnef.inputs")
async def inputs(server: NnefServer, params: types.ExecuteCommandParams) -> JsonObject:
    """What a run needs: its inputs, and what may be given for them."""
    from ...ide.run_needs import engines, tensors_of
    from ...project.input_sets import npz_files, saved_sets
    from .graph_view import tensor_fact

    can_run = engines() if server.session.trusted else []
    document = document_at(server, wanted_of(server, params)["uri"])
    analysis = document.analysis
    tensors = tensors_of(analysis)
    folder = folder_of(document)
    sets = list(npz_files(folder, analysis.inputs)) if folder else []
    saved, problems = saved_sets(folder) if folder else ([], [])
    return {
        "inputs": [tensor_fact(name, value) for name, value in tensors if name in analysis.inputs],
        "tensors": [name for name, _ in tensors],
        "engines": can_run,
        "sets": sets,
        "saved": [
            {"name": each.name, "inputs": each.inputs, "symbols": each.symbols}
            for each in saved
            if set(analysis.inputs) <= each.inputs.keys()
        ],
        "problems": problems,
    }


@command("nnef.saveInputs")
async def save_inputs(server: NnefServer, params: types.ExecuteCommandParams) -> JsonObject:
    """Keep the inputs of a run beside the model under a name; where, or why not."""
    from ...archive import ArchiveError
    from ...project.input_sets import InputSet, save_set

    wanted = wanted_of(server, params)
    if not server.session.trusted:
        return {"ok": False, "message": REFUSAL}
    name, given = wanted.get("name"), wanted.get("inputs")
    symbols = wanted.get("symbols") or {}
    if not isinstance(name, str) or given is None or not _all(given, str) or not _all(symbols, int):
        raise JsonRpcInvalidParams(
            message='expected "name", "inputs" (names to sources) and perhaps "symbols" (names to numbers)'
        )
    folder = folder_of(document_at(server, wanted["uri"]))
    if folder is None or not os.path.isdir(folder):
        return {"ok": False, "message": "Inputs are saved beside the model; save the model first."}
    try:
        return {"ok": True, "path": save_set(folder, InputSet(name.strip(), given, symbols))}
    except ArchiveError as error:
        return {"ok": False, "message": str(error)}


def _all(table: object, kind: type) -> bool:
    return isinstance(table, dict) and all(type(value) is kind for value in table.values())
