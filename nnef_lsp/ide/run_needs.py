"""What has to be chosen before a graph can run: its inputs, its tensors, engines, and files that hold all inputs."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from ..archive import ArchiveError

if TYPE_CHECKING:
    from ..model.analysis import Analysis

MOST_FILES = 20


def tensors_of(analysis: Analysis) -> list[tuple[str, Any]]:
    """Name and fact of every tensor of the graph, in the order of the text."""
    found = []
    for segment in analysis.statements():
        outcome = analysis.outcomes.get(segment)
        found += list(zip(segment.defines, outcome.values, strict=False)) if outcome else []
    return found


def input_sets(folder: str, inputs: set[str]) -> list[str]:
    """Paths of the .npz files beside the model whose arrays are named as all of its inputs."""
    import zipfile

    found = []
    try:
        files = sorted(entry.path for entry in os.scandir(folder) if entry.name.endswith(".npz"))[:MOST_FILES]
    except OSError:
        return []
    for path in files:
        try:
            with zipfile.ZipFile(path) as archive:
                names = {name.removesuffix(".npy") for name in archive.namelist()}
        except (OSError, zipfile.BadZipFile, ArchiveError):
            continue
        if inputs and inputs <= names:
            found.append(path)
    return found


def engines() -> list[str]:
    """Engines that are installed, the reference first."""
    import importlib.util

    return ["numpy", *(["tract"] if importlib.util.find_spec("tract") else [])]
