"""Code lenses.

Pressing "Run graph" is the command `nnef.runGraph` with the document: clients may ask for inputs first.  "Check against"
comes with inputs and expected values, so that nothing has to be asked.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from lsprotocol import types

from ...json_data import JsonObject
from ..convert import position_of, range_of
from ..parameters import RunParameters
from ..registry import document_request

if TYPE_CHECKING:
    from ..session import Document

MOST_CHECKS = 3


@document_request(types.TEXT_DOCUMENT_CODE_LENS, empty=[])
def code_lens(document: Document, params: types.CodeLensParams) -> list[JsonObject]:
    from ...ide.text.blocks import Kept
    from ...ide.views.lens import code_lenses
    from ..running.work import work_now

    if document.language != "graph":
        return []
    work = work_now(document)
    lenses: list[JsonObject] = []
    kept = document.kept.setdefault("parameters", Kept(by_facts=True))
    for lens in code_lenses(document.analysis, work.total if work else None, work.at if work else {}, kept):
        command: JsonObject = {"title": lens.text, "command": ""}
        if lens.runs:
            command = {"title": f"▶ {lens.text}", "command": "nnef.runGraph", "arguments": [{"uri": document.uri}]}
        elif lens.lists is not None:
            listed: JsonObject = {
                "uri": document.uri,
                "position": position_of(document, lens.place.segment, lens.lists),
            }
            command = {"title": lens.text, "command": "nnef.showReferences", "arguments": [listed]}
        place = range_of(document, lens.place)
        lenses.append({"range": place, "command": command})
        if lens.runs:
            lenses += [_check(document, place, path) for path in checks(document)]
    return lenses


def _check(document: Document, place: JsonObject, path: str) -> JsonObject:
    taken = against(document, path)
    arguments: list[JsonObject] = [{"uri": document.uri, "inputs": taken["inputs"], "expected": taken["expected"]}]
    return {
        "range": place,
        "command": {
            "title": f"✓ Check against {os.path.basename(path)}",
            "command": "nnef.runGraph",
            "arguments": arguments,
        },
    }


def against(document: Document, path: str) -> RunParameters:
    """What a run takes to be compared with a file."""
    return {"inputs": dict.fromkeys(document.analysis.inputs, path), "expected": path}


def checks(document: Document) -> list[str]:
    """The .npz files beside the model with an array for each input and for something that is computed; `io.npz` first."""
    from ...project.input_sets import npz_files

    folder = document.model_path
    if folder is None or document.uri.startswith("nnef-archive:"):
        return []
    analysis = document.analysis
    key = f"npz {sorted(analysis.inputs)}"
    if key not in document.files:
        document.files[key] = npz_files(folder, analysis.inputs)
    if not document.files[key]:
        return []
    computed = {name for segment in analysis.statements() for name in segment.defines} - set(analysis.inputs)
    found = [path for path, names in document.files[key].items() if names & computed]
    return sorted(found, key=lambda path: (os.path.basename(path) != "io.npz", path))[:MOST_CHECKS]
